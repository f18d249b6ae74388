#include "runner/target/container/container_recipe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/target/container/debian_base.hpp"
#include "runner/target/sha256.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string file_of(const ContainerRecipe& recipe, std::string_view name) {
  for (const auto& file : recipe.files) {
    if (file.name == name) return std::string(file.content);
  }
  return {};
}

TEST(ContainerRecipe, KnowsTheImagesThatLookLikeInstances) {
  EXPECT_EQ(recipe_names(), "al2, al2023, debian-12, ubuntu-22.04, ubuntu-24.04");
  EXPECT_EQ(find_recipe("debian-13"), nullptr);
}

TEST(ContainerRecipe, HasInEveryRecipeWhatTheRunnerRelies) {
  for (const auto& recipe : container_recipes()) {
    SCOPED_TRACE(recipe.name);
    const auto dockerfile = file_of(recipe, "Dockerfile");
    EXPECT_THAT(dockerfile, HasSubstr("LABEL ibtest.recipe.name=" + std::string(recipe.name) + " ibtest.init=systemd"));
    EXPECT_THAT(dockerfile, HasSubstr("STOPSIGNAL SIGRTMIN+3"));
    for (const auto* part : {"sudo", "curl", "tar", "procps", "iproute", "en_US"}) {
      // Amazon Linux 2023 has its curl already.
      if (recipe.name == "al2023" && std::string_view(part) == "curl") continue;
      EXPECT_THAT(dockerfile, HasSubstr(part));
    }
    EXPECT_THAT(file_of(recipe, "ibtest-booted.service"), HasSubstr("/run/ibtest-booted"));
    EXPECT_THAT(file_of(recipe, "finish-image.sh"), StartsWith("#!/bin/sh\n"));
  }
}

TEST(ContainerRecipe, StartsFromTheImageTheDistributionPublishes) {
  EXPECT_EQ(recipe_base(*find_recipe("debian-12")), "docker.io/library/debian:12");
  EXPECT_EQ(recipe_base(*find_recipe("ubuntu-24.04")), "docker.io/library/ubuntu:24.04");
  EXPECT_EQ(recipe_base(*find_recipe("al2023")), "public.ecr.aws/amazonlinux/amazonlinux:2023");
}

// /tmp of Amazon Linux 2023 is a tmpfs.
TEST(ContainerRecipe, MountsATmpfsWhereTheInstanceHasOne_GOTCHA_11) {
  EXPECT_EQ(recipe_tmpfs(*find_recipe("al2023")), "/tmp");
  EXPECT_EQ(recipe_tmpfs(*find_recipe("debian-12")), "");
}

TEST(ContainerRecipe, ChangesItsTagWithEveryFile) {
  const std::array<RecipeFile, 2> files{{{"Dockerfile", "FROM x"}, {"a", "1"}}};
  const std::array<RecipeFile, 2> changed{{{"Dockerfile", "FROM x"}, {"a", "2"}}};
  const std::array<RecipeFile, 2> renamed{{{"Dockerfile", "FROM x"}, {"b", "1"}}};
  const auto hash = recipe_hash({"n", files});
  EXPECT_EQ(hash.size(), 12U);
  EXPECT_EQ(recipe_tag({"n", files}), "ibtest/n:" + hash);
  EXPECT_NE(hash, recipe_hash({"n", changed}));
  EXPECT_NE(hash, recipe_hash({"n", renamed}));
}

TEST(ContainerRecipe, FindsTheNameThatWasMeant) {
  const auto meant = [](std::string_view name) -> std::string {
    const auto* recipe = similar_recipe(name);
    return recipe != nullptr ? std::string(recipe->name) : "";
  };
  EXPECT_EQ(meant("debian12"), "debian-12");
  EXPECT_EQ(meant("al-2023"), "al2023");
  EXPECT_EQ(meant("ubuntu-2404"), "ubuntu-24.04");
  EXPECT_EQ(meant("ubuntu22.04"), "ubuntu-22.04");
  EXPECT_EQ(meant("AmazonLinux2023"), "al2023");
  EXPECT_EQ(meant("amazonlinux-2"), "al2");
  EXPECT_EQ(meant("alpine"), "");
  EXPECT_EQ(meant("nginx"), "");
  EXPECT_EQ(meant("debian:12"), "");
  EXPECT_EQ(meant("registry.example/debian-12"), "");
}

TEST(Sha256, IsTheKnownOne) {
  EXPECT_EQ(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(DebianMirror, IsReadFromBothFormatsOfAptSources) {
  EXPECT_EQ(mirror_from_sources("Types: deb\n# comment\nURIs: http://mirror.example/debian/\nSuites: bookworm\n\n"
                                "Types: deb\nURIs: https://mirror.example/debian-security\n"),
            (DebianMirror{"http://mirror.example/debian", "https://mirror.example/debian-security"}));
  EXPECT_EQ(mirror_from_sources("deb [arch=amd64 signed-by=/k] http://m.example/debian bookworm main\n"),
            (DebianMirror{"http://m.example/debian", "http://deb.debian.org/debian-security"}));
  EXPECT_EQ(mirror_from_sources("deb https://packages.cloud.example/apt sdk main\ndeb cdrom:[x]/ b main\n"),
            DebianMirror{});
}

}  // namespace
}  // namespace ibtest
