#include "record/tape.h"

#include <set>
#include <string>

#include "wire/extended.h"
#include "wire/framer.h"
#include "wire/kind.h"

namespace windlass::record {

namespace front = wire::front;

namespace {

wire::Hold all_of_it(char) { return {wire::kMaxLength, 0}; }

}  // namespace

Asked asked_by(std::string_view bytes) {
  Asked asked;
  std::set<std::string> prepared;
  wire::Framer framer(all_of_it);
  while (const auto message = framer.next(bytes)) {
    switch (message->kind) {
      case front::kQuery:
      case front::kSync:
        ++asked.answers;
        asked.synced = true;
        break;
      case front::kParse:
        if (const auto parse = wire::parse_parse(message->body()); parse && !parse->statement.empty())
          prepared.insert(std::string(parse->statement));
        asked.synced = false;
        break;
      case front::kClose:
        if (const auto target = wire::parse_target(message->body()); target && target->kind == 'S')
          prepared.erase(std::string(target->name));
        asked.synced = false;
        break;
      case front::kBind:
      case front::kDescribe:
      case front::kExecute:
      case front::kFlush:
        asked.synced = false;
        break;
      case front::kCopyData:
      case front::kCopyDone:
        break;
      default:
        asked.sound = false;
    }
  }
  asked.prepares = !prepared.empty();
  asked.sound = asked.sound && bytes.empty() && !framer.broken();
  return asked;
}

}  // namespace windlass::record
