#pragma once

#include "actions/action.hpp"

namespace ibtest::modules {

// One constant per file of actions/ that implements a module; catalog.cpp lists them all.
extern const ActionModule append_file;
extern const ActionModule assert_condition;
extern const ActionModule copy_file;
extern const ActionModule copy_folder;
extern const ActionModule create_file;
extern const ActionModule create_folder;
extern const ActionModule create_symlink;
extern const ActionModule delete_file;
extern const ActionModule delete_folder;
extern const ActionModule execute_bash;
extern const ActionModule execute_binary;
extern const ActionModule execute_document;
extern const ActionModule execute_power_shell;
extern const ActionModule install_msi;
extern const ActionModule list_files;
extern const ActionModule move_file;
extern const ActionModule move_folder;
extern const ActionModule read_file;
extern const ActionModule reboot;
extern const ActionModule set_file_encoding;
extern const ActionModule set_file_owner;
extern const ActionModule set_file_permissions;
extern const ActionModule set_folder_owner;
extern const ActionModule set_folder_permissions;
extern const ActionModule set_registry;
extern const ActionModule uninstall_msi;
extern const ActionModule s3_download;
extern const ActionModule s3_upload;
extern const ActionModule update_os;
extern const ActionModule web_download;

}  // namespace ibtest::modules
