#pragma once

#include "actions/action.hpp"
#include "agent/document/findings.hpp"
#include "agent/document/yaml_tree.hpp"

namespace ibtest {

// What the tables of the download and upload modules cannot say about an item: addresses, checksums and wildcards.
// Values with references are left to the run (GEN-9).
void check_web_download(const YamlNode& item, const Step& step, Findings& findings);
void check_s3_download(const YamlNode& item, const Step& step, Findings& findings);
void check_s3_upload(const YamlNode& item, const Step& step, Findings& findings);
void check_execute_document(const YamlNode& item, const Step& step, Findings& findings);

}  // namespace ibtest
