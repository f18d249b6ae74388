#include "agent/engine/execution_state.hpp"

namespace ibtest {

namespace {

nlohmann::json level_to_json(const LevelState& level) {
  nlohmann::json json = {{"next", nullptr},
                         {"progress", nullptr},
                         {"counts",
                          {{"executed", level.counts.executed},
                           {"failed", level.counts.failed},
                           {"ignoredFailed", level.counts.ignored_failed},
                           {"skipped", level.counts.skipped}}}};
  if (level.next) json["next"] = *level.next;
  if (level.progress) json["progress"]["loop"] = level.progress->loop_texts;
  return json;
}

LevelState level_from_json(const nlohmann::json& json) {
  LevelState level;
  if (const auto& next = json.at("next"); !next.is_null()) level.next = next.get<Position>();
  if (const auto& progress = json.at("progress"); !progress.is_null()) {
    level.progress.emplace(StepProgress{progress.at("loop").get<std::vector<std::string>>()});
  }
  const auto& counts = json.at("counts");
  counts.at("executed").get_to(level.counts.executed);
  counts.at("failed").get_to(level.counts.failed);
  counts.at("ignoredFailed").get_to(level.counts.ignored_failed);
  counts.at("skipped").get_to(level.counts.skipped);
  return level;
}

}  // namespace

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
  json = {{"levels", nlohmann::json::array()}, {"children", state.children},
          {"reboots", state.reboots},          {"record", state.record},
          {"logFolder", state.log_folder},     {"failedSetup", state.failed_setup}};
  for (const LevelState& level : state.levels)
    json["levels"].push_back(level_to_json(level));
}

void from_json(const nlohmann::json& json, ExecutionState& state) {
  state.levels.clear();
  for (const auto& level : json.at("levels"))
    state.levels.push_back(level_from_json(level));
  json.at("children").get_to(state.children);
  json.at("reboots").get_to(state.reboots);
  json.at("record").get_to(state.record);
  json.at("logFolder").get_to(state.log_folder);
  json.at("failedSetup").get_to(state.failed_setup);
}

RunRecord& ExecutionState::record_of(std::size_t level) {
  RunRecord* found = &record;
  for (std::size_t above = 0; above < level; ++above) {
    const Position& position = *levels[above].next;
    found = &found->documents[position.document].phases[position.phase].steps.back().child_runs.back();
  }
  return *found;
}

const RunRecord& ExecutionState::record_of(std::size_t level) const {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): the same walk
  return const_cast<ExecutionState&>(*this).record_of(level);
}

}  // namespace ibtest
