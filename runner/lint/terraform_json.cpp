#include "actions/inputs/input_field.hpp"
#include "runner/lint/host_format.hpp"

namespace ibtest {

namespace {

constexpr std::string_view component_type = "aws_imagebuilder_component";

/// The value at the end of a path of keys; null pointer where there is none.
const YamlNode* at(const YamlNode& node, std::initializer_list<std::string_view> path) {
  const YamlNode* place = &node;
  for (const std::string_view key : path) {
    place = place->find(key);
    if (place == nullptr) return nullptr;
  }
  return place;
}

bool has_text(const YamlNode& node, std::string_view key, std::string_view text) {
  const YamlNode* value = node.find(key);
  return value != nullptr && value->is_scalar() && value->text == text;
}

class ResourceWalk {
 public:
  explicit ResourceWalk(const std::shared_ptr<const SourceText>& host) : host_(host) {}

  std::vector<EmbeddedComponent> take() { return std::move(found_); }

  // NOLINTNEXTLINE(misc-no-recursion): bounded by the depth of the tree.
  void module(const YamlNode& module) {
    if (const YamlNode* resources = module.find("resources")) {
      for (const YamlNode& resource : resources->items) {
        if (const YamlNode* values = resource.find("values")) add(resource, *values);
      }
    }
    if (const YamlNode* children = module.find("child_modules")) {
      for (const YamlNode& child : children->items)
        this->module(child);
    }
  }

  void changes(const YamlNode& list) {
    for (const YamlNode& change : list.items) {
      if (const YamlNode* after = at(change, {"change", "after"})) add(change, *after);
    }
  }

 private:
  void add(const YamlNode& resource, const YamlNode& values) {
    if (!has_text(resource, "type", component_type) || has_text(resource, "mode", "data")) return;
    // Null where the document is in S3, absent where it is known only after the apply.
    const YamlNode* data = values.find("data");
    if (data == nullptr || !data->is_scalar() || data->text.empty()) return;
    const YamlNode* address = resource.find("address");
    EmbeddedComponent component{EmbeddedText(host_), address == nullptr ? std::string(component_type) : address->text,
                                data->range, platform_of_resource(values.find("platform"))};
    component.text.append(*data, 0, data->text.size());
    found_.push_back(std::move(component));
  }

  std::shared_ptr<const SourceText> host_;
  std::vector<EmbeddedComponent> found_;
};

bool matches(const YamlNode& root) {
  return root.find("format_version") != nullptr &&
         (root.find("planned_values") != nullptr || root.find("values") != nullptr ||
          root.find("resource_changes") != nullptr);
}

std::vector<EmbeddedComponent> find(const YamlNode& root, const std::shared_ptr<const SourceText>& host) {
  ResourceWalk walk(host);
  if (const YamlNode* planned = at(root, {"planned_values", "root_module"})) {
    walk.module(*planned);
  } else if (const YamlNode* state = at(root, {"values", "root_module"})) {
    walk.module(*state);
  } else if (const YamlNode* changes = root.find("resource_changes")) {
    walk.changes(*changes);
  }
  return walk.take();
}

}  // namespace

const HostFormat terraform_json = {"the JSON of a Terraform plan or state", component_type, true, matches, find};

std::optional<Platform> platform_of_resource(const YamlNode* value) {
  if (value == nullptr || !value->is_scalar()) return std::nullopt;
  if (equal_without_case(value->text, "Linux")) return Platform::linux_os;
  if (equal_without_case(value->text, "Windows")) return Platform::windows;
  if (equal_without_case(value->text, "macOS")) return Platform::macos;
  return std::nullopt;
}

}  // namespace ibtest
