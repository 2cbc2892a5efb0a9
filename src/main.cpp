#include "cli/main.h"

int main(int argc, char** argv) { return windlass::cli::run(argc, argv); }
