#include "agent/protocol/job.hpp"

#include "agent/protocol/event.hpp"
#include "agent/protocol/line_reader.hpp"

namespace ibtest {

namespace {

constexpr std::string_view line_kind = "a command";

using Texts = std::map<std::string, std::string>;

nlohmann::json values_to_json(const std::map<std::string, std::map<std::string, GivenValue>>& values) {
  auto json = nlohmann::json::object();
  for (const auto& [source, of_source] : values) {
    for (const auto& [name, value] : of_source)
      json[source][name] = {{"text", value.text}, {"secure", value.secure}};
  }
  return json;
}

nlohmann::json job_to_json(const Job& job) {
  auto documents = nlohmann::json::array();
  for (const auto& document : job.documents) {
    documents.push_back({{"path", document.path},
                         {"text", document.text},
                         {"parameters", document.parameters},
                         {"location", document.location}});
  }
  return {{"id", job.execution_id},
          {"documents", std::move(documents)},
          {"phases", job.phases},
          {"logDirectory", job.log_directory},
          {"workingDirectory", job.working_directory},
          {"environment", job.environment},
          {"sudoStandIn", job.sudo_stand_in},
          {"strict", job.strict},
          {"runnerServesUrls", job.runner_serves_urls},
          {"blockedActions", job.blocked_actions},
          {"skipUpdates", job.skip_updates},
          {"values", values_to_json(job.values)},
          {"secrets", job.secrets},
          {"canReboot", job.can_reboot},
          {"rebootLimit", job.reboot_limit},
          {"longestRebootDelay", job.longest_reboot_delay},
          {"emptiedOnReboot", job.emptied_on_reboot},
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

std::vector<std::string> list_of(const LineReader& line, const char* key) {
  std::vector<std::string> list;
  for (const auto& item : array_of(line, key)) {
    if (!item.is_string()) line.refuse(std::string("`") + key + "` holds something else than texts");
    list.push_back(item.get<std::string>());
  }
  return list;
}

std::map<std::string, std::map<std::string, GivenValue>> values_from_json(const nlohmann::json& json) {
  std::map<std::string, std::map<std::string, GivenValue>> values;
  const LineReader sources(json, line_kind);
  for (const auto& [source, of_source] : json.items()) {
    const LineReader names(of_source, line_kind);
    for (const auto& [name, item] : of_source.items()) {
      const LineReader value(item, line_kind);
      values[source].emplace(name, GivenValue{value.text("text"), value.flag("secure")});
    }
  }
  return values;
}

Job job_from_json(const nlohmann::json& json) {
  const LineReader line(json, line_kind);
  Job job;
  job.execution_id = line.text("id");
  for (const auto& item : array_of(line, "documents")) {
    const LineReader document(item, line_kind);
    job.documents.push_back(
        {document.text("path"), document.text("text"), texts_of(document, "parameters"), document.text("location")});
  }
  job.phases = list_of(line, "phases");
  job.log_directory = line.text("logDirectory");
  job.working_directory = line.text("workingDirectory");
  job.environment = texts_of(line, "environment");
  job.sudo_stand_in = line.flag("sudoStandIn");
  job.strict = line.flag("strict");
  job.runner_serves_urls = line.flag("runnerServesUrls");
  job.blocked_actions = list_of(line, "blockedActions");
  job.skip_updates = line.flag("skipUpdates");
  job.values = values_from_json(line.value("values"));
  job.secrets = list_of(line, "secrets");
  job.can_reboot = line.flag("canReboot");
  job.reboot_limit = line.number<std::uint32_t>("rebootLimit");
  job.longest_reboot_delay = line.number<std::int64_t>("longestRebootDelay");
  job.emptied_on_reboot = list_of(line, "emptiedOnReboot");
  job.resume = line.value("resume");
  return job;
}

struct CommandWriter {
  nlohmann::json operator()(const StartRun& start) const { return {{"c", "start"}, {"job", job_to_json(start.job)}}; }
  nlohmann::json operator()(const StopRun& /*stop*/) const { return {{"c", "stop"}}; }
  nlohmann::json operator()(const SendLogs& /*send*/) const { return {{"c", "send-logs"}}; }
  nlohmann::json operator()(const Release& release) const {
    return {{"c", "release"}, {"removeLogs", release.remove_log_directory}};
  }
};

}  // namespace

void to_json(nlohmann::json& json, const ChildRun& child) {
  const JobDocument& document = child.document;
  json = {{"path", document.path},
          {"text", document.text},
          {"parameters", document.parameters},
          {"location", document.location},
          {"phases", child.phases}};
}

void from_json(const nlohmann::json& json, ChildRun& child) {
  json.at("path").get_to(child.document.path);
  json.at("text").get_to(child.document.text);
  json.at("parameters").get_to(child.document.parameters);
  json.at("location").get_to(child.document.location);
  json.at("phases").get_to(child.phases);
}

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
  if (kind == "send-logs") return SendLogs{};
  if (kind == "release") return Release{line.flag("removeLogs")};
  line.refuse("`" + kind + "` is no known command");
}

}  // namespace ibtest
