# The files of containers/ compiled into the library container_recipes, so that ibtest is one file.
add_library(container_recipes INTERFACE)
