#pragma once

#include "actions/action.hpp"
#include "agent/document/findings.hpp"
#include "agent/document/yaml_tree.hpp"

namespace ibtest {

/// What the table of WebDownload cannot say about an item: addresses and checksums. Values with references are left to
/// the run (GEN-9).
void check_web_download(const YamlNode& item, const Step& step, Findings& findings);

}  // namespace ibtest
