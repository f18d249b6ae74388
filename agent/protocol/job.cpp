#include "agent/protocol/job.hpp"

#include "agent/protocol/event.hpp"
#include "agent/protocol/line_reader.hpp"

namespace ibtest {

namespace {

constexpr std::string_view line_kind = "a command";

using Texts = std::map<std::string, std::string>;

nlohmann::json job_to_json(const Job& job) {
  auto documents = nlohmann::json::array();
  for (const auto& document : job.documents) {
    documents.push_back({{"path", document.path}, {"text", document.text}, {"parameters", document.parameters}});
  }
  return {{"id", job.execution_id},
          {"documents", std::move(documents)},
          {"phases", job.phases},
          {"logDirectory", job.log_directory},
          {"workingDirectory", job.working_directory},
          {"environment", job.environment},
          {"sudoStandIn", job.sudo_stand_in},
          {"resume", job.resume}};
}

const nlohmann::json& array_of(const LineReader& line, const char* key) {
  const auto& value = line.value(key);
  if (!value.is_array()) line.refuse(std::string("`") + key + "` is no list");
  return value;
}

Texts texts_of(const LineReader& line, const char* key) {
  const auto& value = line.value(key);
  if (!value.is_object()) line.refuse(std::string("`") + key + "` is no map");
  Texts texts;
  for (const auto& [name, text] : value.items()) {
    if (!text.is_string()) line.refuse(std::string("`") + key + "` holds something else than texts");
    texts.emplace(name, text.get<std::string>());
  }
  return texts;
}

Job job_from_json(const nlohmann::json& json) {
  const LineReader line(json, line_kind);
  Job job;
  job.execution_id = line.text("id");
  for (const auto& item : array_of(line, "documents")) {
    const LineReader document(item, line_kind);
    job.documents.push_back({document.text("path"), document.text("text"), texts_of(document, "parameters")});
  }
  for (const auto& phase : array_of(line, "phases")) {
    if (!phase.is_string()) line.refuse("`phases` holds something else than texts");
    job.phases.push_back(phase.get<std::string>());
  }
  job.log_directory = line.text("logDirectory");
  job.working_directory = line.text("workingDirectory");
  job.environment = texts_of(line, "environment");
  job.sudo_stand_in = line.flag("sudoStandIn");
  job.resume = line.value("resume");
  return job;
}

struct CommandWriter {
  nlohmann::json operator()(const StartRun& start) const { return {{"c", "start"}, {"job", job_to_json(start.job)}}; }
  nlohmann::json operator()(const StopRun& /*stop*/) const { return {{"c", "stop"}}; }
  nlohmann::json operator()(const Release& release) const {
    return {{"c", "release"}, {"removeLogs", release.remove_log_directory}};
  }
};

}  // namespace

std::string encode(const Command& command) {
  auto json = std::visit(CommandWriter{}, command);
  json["v"] = protocol_version;
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Command decode_command(std::string_view text) {
  const LineReader line(text, line_kind);
  if (const auto version = line.number<int>("v"); version != protocol_version) {
    line.refuse("it is of protocol version " + std::to_string(version) + ", this program speaks version " +
                std::to_string(protocol_version));
  }
  const auto kind = line.text("c");
  if (kind == "start") return StartRun{job_from_json(line.value("job"))};
  if (kind == "stop") return StopRun{};
  if (kind == "release") return Release{line.flag("removeLogs")};
  line.refuse("`" + kind + "` is no known command");
}

}  // namespace ibtest
