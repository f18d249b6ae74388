#include "agent/engine/execution_state.hpp"

namespace ibtest {

void to_json(nlohmann::json& json, const Position& position) {
  json = {{"document", position.document},
          {"phase", position.phase},
          {"step", position.step},
          {"attempt", position.attempt},
          {"iteration", position.iteration}};
}

void from_json(const nlohmann::json& json, Position& position) {
  json.at("document").get_to(position.document);
  json.at("phase").get_to(position.phase);
  json.at("step").get_to(position.step);
  json.at("attempt").get_to(position.attempt);
  json.at("iteration").get_to(position.iteration);
}

void to_json(nlohmann::json& json, const ExecutionState& state) {
  json = {{"next", nullptr},
          {"progress", nullptr},
          {"reboots", state.reboots},
          {"counts",
           {{"executed", state.counts.executed},
            {"failed", state.counts.failed},
            {"ignoredFailed", state.counts.ignored_failed},
            {"skipped", state.counts.skipped}}},
          {"record", state.record},
          {"logFolder", state.log_folder},
          {"failedSetup", state.failed_setup}};
  if (state.next) json["next"] = *state.next;
  if (state.progress) json["progress"]["loop"] = state.progress->loop_texts;
}

void from_json(const nlohmann::json& json, ExecutionState& state) {
  const auto& next = json.at("next");
  state.next = next.is_null() ? std::nullopt : std::optional(next.get<Position>());
  json.at("reboots").get_to(state.reboots);
  state.progress.reset();
  if (const auto& progress = json.at("progress"); !progress.is_null()) {
    state.progress.emplace(StepProgress{progress.at("loop").get<std::vector<std::string>>()});
  }
  const auto& counts = json.at("counts");
  counts.at("executed").get_to(state.counts.executed);
  counts.at("failed").get_to(state.counts.failed);
  counts.at("ignoredFailed").get_to(state.counts.ignored_failed);
  counts.at("skipped").get_to(state.counts.skipped);
  json.at("record").get_to(state.record);
  json.at("logFolder").get_to(state.log_folder);
  json.at("failedSetup").get_to(state.failed_setup);
}

}  // namespace ibtest
