#include "runner/cli/flag_parser.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "actions/inputs/s3_location.hpp"
#include "agent/document/nearest_name.hpp"

namespace ibtest {

Fault usage_fault(std::string what, std::string remedy) {
  return {ExitStatus::not_runnable, std::move(what), std::move(remedy)};
}

std::string see_help(std::string_view command) {
  return command.empty() ? "`ibtest help` shows how to call it"
                         : fmt::format("`ibtest help {}` shows all flags", command);
}

CLI::Option* repeated(CLI::Option* option) {
  return option->take_all()->allow_extra_args(false);
}

std::vector<std::string> flags_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames())
      names.push_back("--" + name);
    for (const std::string& name : option->get_snames())
      names.push_back("-" + name);
  }
  return names;
}

std::string suggestion(std::string_view given, const std::vector<std::string>& candidates, std::string_view otherwise) {
  const std::vector<std::string_view> views(candidates.begin(), candidates.end());
  const auto nearest = nearest_name(given, views);
  return nearest ? fmt::format("did you mean `{}`?", *nearest) : std::string(otherwise);
}

void parse_flags(CLI::App& app, std::string_view command, std::vector<std::string> arguments) {
  app.allow_extras();
  app.failure_message({});
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ArgumentMismatch& error) {
    // "--target: 1 required TEXT missing"
    const std::string text = error.what();
    const std::string flag = text.substr(0, text.find(':'));
    // "--junit: At Most 1 required but received 2"
    if (text.find("received") != std::string::npos)
      throw usage_fault(fmt::format("{} may be given only once", flag), see_help(command));
    throw usage_fault(fmt::format("{} needs a value", flag), see_help(command));
  } catch (const CLI::ConversionError& error) {
    // "Could not convert: --trace = maybe"
    const std::string text = error.what();
    const auto flag = text.find("--");
    const auto equals = text.find(" = ");
    if (flag == std::string::npos || equals == std::string::npos || equals < flag)
      throw usage_fault(text, see_help(command));
    throw usage_fault(fmt::format("{} cannot be `{}`", text.substr(flag, equals - flag), text.substr(equals + 3)),
                      "write true or false, or the flag alone");
  } catch (const CLI::ParseError& error) {
    throw usage_fault(error.what(), see_help(command));
  }
  for (const std::string& extra : app.remaining()) {
    if (extra.size() > 1 && extra.front() == '-') {
      const std::string flag = extra.substr(0, extra.find('='));
      throw usage_fault(fmt::format("unknown flag {}", flag), suggestion(flag, flags_of(app), see_help(command)));
    }
    throw usage_fault(fmt::format("`ibtest {}` takes no argument `{}`", command, extra), see_help(command));
  }
}

std::uint32_t whole_number(std::string_view flag, const std::string& text, std::uint32_t most) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > most)
    throw usage_fault(fmt::format("{} cannot be `{}`", flag, text),
                      fmt::format("give a whole number from 0 to {}", most));
  return number;
}

std::pair<std::string, std::string> split_assignment(std::string_view flag, const std::string& text,
                                                     std::string_view form) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    throw usage_fault(fmt::format("{} cannot be `{}`", flag, text), fmt::format("write {} {}", flag, form));
  return {text.substr(0, equals), text.substr(equals + 1)};
}

void check_account(std::string_view flag, const std::string& account) {
  if (!account_error(flag, account).empty())
    throw usage_fault(fmt::format("{}: `{}` is no account", flag, account), "give its 12 digits");
}

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts;
  for (;;) {
    const auto comma = std::min(text.find(','), text.size());
    parts.emplace_back(text.substr(0, comma));
    if (comma == text.size()) return parts;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace ibtest
