#include "catalog/effect.h"

namespace windlass::catalog {

std::string to_string(Change change) {
  switch (change) {
    case Change::Created:
      return "created";
    case Change::Altered:
      return "altered";
    case Change::Dropped:
      return "dropped";
  }
  return "";
}

std::string outcome_of(const Effect& effect) {
  return effect.rolled_back ? "rolled-back" : to_string(effect.change);
}

}  // namespace windlass::catalog
