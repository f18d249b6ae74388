#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "actions/inputs/component_arn.hpp"

namespace ibtest {

/// Folders of this machine in which the documents of components are found by ARN (--component-path).
///
/// A component named NAME is one of these files, `.yml` or `.yaml`:
///
///     NAME/VERSION/component.yml   NAME/VERSION.yml   NAME-VERSION.yml   this version of it
///     NAME.yml                                                           any version of it
///
/// The first folder that has a match is taken, and in it the highest version that the ARN's version (which may end in
/// `x` wildcards) stands for; NAME.yml only where no file with a fitting version is. Region, account and build number
/// are not looked at.
class ComponentFolders {
 public:
  ComponentFolders() = default;
  explicit ComponentFolders(std::vector<std::filesystem::path> folders) : folders_(std::move(folders)) {}

  /// The file of a component. Throws Fault (not_runnable) that names the folders and the file names that were tried,
  /// and the versions or the similar name that are there.
  [[nodiscard]] std::filesystem::path find(const ComponentArn& arn) const;

 private:
  [[noreturn]] void refuse(const ComponentArn& arn) const;

  std::vector<std::filesystem::path> folders_;
};

}  // namespace ibtest
