#include "actions/checks/check_copies.hpp"

#include <string>

#include "actions/checks/check_values.hpp"
#include "actions/files/wildcard.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

constexpr std::string_view separators = "/\\";

}  // namespace

void check_copy(const YamlNode& item, const Step& /*step*/, Findings& findings) {
  const YamlNode* const source = literal_input(item, "source");
  const YamlNode* const destination = literal_input(item, "destination");
  if (source == nullptr || destination == nullptr || wildcard_in(source->text) != Wildcard::in_name) return;
  if (separators.find(destination->text.back()) != std::string_view::npos) return;
  findings.add("wildcard-destination"_code, destination->range,
               "this is one name, and " + in_backticks(source->text) + " may stand for several",
               "write " + in_backticks(destination->text + "/") + " if it is the folder to put them into");
}

void check_deletion(const YamlNode& item, const Step& /*step*/, Findings& findings) {
  const YamlNode* const path = literal_input(item, "path");
  if (path == nullptr) return;
  std::string_view rest = path->text;
  if (rest.size() > 2 && rest[1] == ':') rest.remove_prefix(2);
  const bool is_absolute = separators.find(rest.front()) != std::string_view::npos;
  if (!is_absolute || rest.find_first_not_of("/\\.*") != std::string_view::npos) return;
  findings.add("delete-root"_code, path->range, "the root folder is never deleted", "name the folder that shall go");
}

}  // namespace ibtest
