#include "fix/model_uses.h"

#include "fix/test_sources.h"

namespace windlass::fix {
namespace {

/// The uses of models.Person, which has the attributes id and name, in a body of upgrade(); the reason where
/// they cannot be followed.
struct Uses {
  std::unique_ptr<PythonSource> source;
  Mended<std::map<std::string, ModelUses>> found;

  explicit Uses(const std::string& body)
      : source(source_of(
            "from alembic import op\nfrom sqlalchemy import select\nfrom sqlalchemy.orm import Session\n"
            "from models import Person, tell\n\n\n"
            "def first(person):\n    return person.name[0]\n\n\n"
            "def upgrade():\n    session = Session(bind=op.get_bind())\n" +
            body)),
        found(model_uses(*source, {{"models.Person", {"id", "name"}}})) {}

  std::string why() const { return found ? "" : found.error().because; }
  const ModelUses& person() const { return found->at("models.Person"); }
};

TEST(ModelUses, FollowsRowsToTheColumnsThatTheyAreAskedFor) {
  const Uses uses(
      "    people = list(session.scalars(select(Person)))\n"
      "    for n, person in enumerate(people):\n"
      "        letter = first(person)\n"
      "        person.name = f'{letter.upper()} {person.id}'\n"
      "    for name in sorted({p.name for p in people if p.id}):\n"
      "        print(name.upper())\n");
  ASSERT_EQ(uses.why(), "");
  EXPECT_EQ(uses.person().attributes, (std::set<std::string>{"id", "name"}));
  EXPECT_TRUE(uses.person().writes_rows);
  EXPECT_FALSE(uses.person().makes_rows);
  EXPECT_FALSE(uses.person().deletes_rows);
}

TEST(ModelUses, SeesRowsMadeAndDeleted) {
  const Uses uses(
      "    session.add(Person(name='a'))\n"
      "    session.query(Person).filter(Person.id > 3).delete()\n");
  ASSERT_EQ(uses.why(), "");
  EXPECT_TRUE(uses.person().makes_rows);
  EXPECT_TRUE(uses.person().deletes_rows);
}

TEST(ModelUses, StopsWhereRowsGoOutOfSight) {
  for (const char* body :
       {"    for p in session.query(Person):\n        tell(p)\n",
        "    for p in session.query(Person):\n        p.greet()\n",
        "    for p in session.query(Person):\n        print(f'{p}')\n",
        "    for p in session.query(Person):\n        setattr(p, session.key, 1)\n",
        "    rows = [p for p in session.query(Person)]\n    rows[0].pets.clear()\n",
        "    session.add(Person(nickname='a'))\n", "    session.add(Person(**op.values))\n",
        "    print(sorted(session.query(Person), key=lambda p: p.rank))\n"})
    EXPECT_NE(Uses(body).why(), "") << body;
}

}  // namespace
}  // namespace windlass::fix
