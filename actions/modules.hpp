#pragma once

#include "actions/action.hpp"

namespace ibtest::modules {

// One constant per file of actions/ that implements a module; catalog.cpp lists them all.
extern const ActionModule append_file;
extern const ActionModule create_file;
extern const ActionModule create_folder;
extern const ActionModule delete_file;
extern const ActionModule delete_folder;
extern const ActionModule execute_bash;
extern const ActionModule execute_binary;
extern const ActionModule s3_download;
extern const ActionModule s3_upload;
extern const ActionModule web_download;

}  // namespace ibtest::modules
