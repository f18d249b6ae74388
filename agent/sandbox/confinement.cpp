#include "agent/sandbox/confinement.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

constexpr std::uint64_t kept_capabilities =
    1ULL << CAP_CHOWN | 1ULL << CAP_DAC_OVERRIDE | 1ULL << CAP_FSETID | 1ULL << CAP_FOWNER | 1ULL << CAP_NET_RAW |
    1ULL << CAP_SETGID | 1ULL << CAP_SETUID | 1ULL << CAP_SETFCAP | 1ULL << CAP_SETPCAP | 1ULL << CAP_NET_BIND_SERVICE |
    1ULL << CAP_SYS_CHROOT | 1ULL << CAP_KILL | 1ULL << CAP_AUDIT_WRITE;

[[noreturn]] void fail(const char* what) {
  throw Fault(ExitStatus::target_failed, system_error_text(what, errno));
}

// Key rings belong to a user of the whole machine, in whatever namespace. The calls are as if the kernel had none.
void deny_key_rings() {
#if defined(__x86_64__)
  // Programs of 32 bits have numbers of their own; those of x32 are this one's with a bit set.
  constexpr std::uint32_t architecture = AUDIT_ARCH_X86_64;
  constexpr std::uint32_t narrow_architecture = AUDIT_ARCH_I386;
  constexpr std::uint32_t narrow_first = 286;  // add_key, request_key, keyctl
  constexpr std::uint32_t narrow_last = 288;
  constexpr std::uint32_t number_mask = ~0x4000'0000U;
#else
  constexpr std::uint32_t architecture = AUDIT_ARCH_AARCH64;
  constexpr std::uint32_t narrow_architecture = AUDIT_ARCH_ARM;
  constexpr std::uint32_t narrow_first = 309;
  constexpr std::uint32_t narrow_last = 311;
  constexpr std::uint32_t number_mask = ~0U;
#endif
  constexpr std::uint32_t refuse = SECCOMP_RET_ERRNO | ENOSYS;
  std::array<sock_filter, 13> program = {{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 4, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, narrow_architecture, 0, 8),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, narrow_first, 0, 7),
      BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, narrow_last, 6, 5),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, number_mask),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_add_key, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_request_key, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_keyctl, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, refuse),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog filter{.len = program.size(), .filter = program.data()};
  if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) fail("closing the kernel's key rings");
}

}  // namespace

void give_up_power_over_kernel() {
  deny_key_rings();
  for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
    if ((kept_capabilities >> static_cast<unsigned>(capability) & 1U) != 0) continue;
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) fail("giving up a capability");
  }
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, 2> had{};
  if (::syscall(SYS_capget, &header, had.data()) != 0) fail("reading the capabilities");
  std::uint64_t kept = kept_capabilities;
  for (__user_cap_data_struct& half : had) {
    // What this process never had, inside of a container for example, it cannot keep.
    half.permitted &= static_cast<std::uint32_t>(kept);
    half.effective = half.permitted;
    half.inheritable = 0;
    kept >>= 32U;
  }
  if (::syscall(SYS_capset, &header, had.data()) != 0) fail("giving up capabilities");
}

}  // namespace ibtest
