#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actions/action.hpp"
#include "agent/document/source_text.hpp"
#include "agent/document/yaml_tree.hpp"
#include "runner/lint/embedded_text.hpp"

namespace ibtest {

/// A component document inside another file.
struct EmbeddedComponent {
  EmbeddedText text;
  std::string resource;              ///< that it belongs to, as the file calls it
  SourceRange place;                 ///< of the value that holds it
  std::optional<Platform> platform;  ///< of the resource, where it says so
};

/// A kind of file that holds component documents, as a tree of YAML or JSON.
struct HostFormat {
  std::string_view name;    ///< "a CloudFormation template"
  std::string_view marker;  ///< no file without this text holds a component
  bool generated = false;   ///< made by a tool: mending the file mends nothing
  bool (*matches)(const YamlNode& root);
  /// The documents in it. The tree must live as long as they do.
  std::vector<EmbeddedComponent> (*find)(const YamlNode& root, const std::shared_ptr<const SourceText>& host);
};

/// Templates of CloudFormation and SAM, and what CDK makes: `Data` of AWS::ImageBuilder::Component, also through Sub,
/// Join and Ref, as far as they can be resolved.
extern const HostFormat cloudformation_template;
/// `terraform show -json` of a plan or a state: `data` of aws_imagebuilder_component.
extern const HostFormat terraform_json;

inline constexpr std::array<const HostFormat*, 2> host_formats = {&cloudformation_template, &terraform_json};

/// The platform that a resource names, whatever its letter case.
[[nodiscard]] std::optional<Platform> platform_of_resource(const YamlNode* value);

}  // namespace ibtest
