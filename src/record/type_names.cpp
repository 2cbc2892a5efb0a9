#include "record/type_names.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace windlass::record {

namespace {

struct Row {
  uint32_t oid;
  std::string_view name;
};

// From pg_type.dat.
constexpr Row kTypes[] = {
    {16, "bool"},
    {17, "bytea"},
    {18, "char"},
    {19, "name"},
    {20, "int8"},
    {21, "int2"},
    {22, "int2vector"},
    {23, "int4"},
    {24, "regproc"},
    {25, "text"},
    {26, "oid"},
    {27, "tid"},
    {28, "xid"},
    {29, "cid"},
    {30, "oidvector"},
    {114, "json"},
    {142, "xml"},
    {143, "xml[]"},
    {199, "json[]"},
    {600, "point"},
    {601, "lseg"},
    {602, "path"},
    {603, "box"},
    {604, "polygon"},
    {628, "line"},
    {650, "cidr"},
    {651, "cidr[]"},
    {700, "float4"},
    {701, "float8"},
    {705, "unknown"},
    {718, "circle"},
    {774, "macaddr8"},
    {790, "money"},
    {829, "macaddr"},
    {869, "inet"},
    {1000, "bool[]"},
    {1001, "bytea[]"},
    {1002, "char[]"},
    {1003, "name[]"},
    {1005, "int2[]"},
    {1007, "int4[]"},
    {1009, "text[]"},
    {1014, "bpchar[]"},
    {1015, "varchar[]"},
    {1016, "int8[]"},
    {1021, "float4[]"},
    {1022, "float8[]"},
    {1028, "oid[]"},
    {1041, "inet[]"},
    {1042, "bpchar"},
    {1043, "varchar"},
    {1082, "date"},
    {1083, "time"},
    {1114, "timestamp"},
    {1115, "timestamp[]"},
    {1182, "date[]"},
    {1183, "time[]"},
    {1184, "timestamptz"},
    {1185, "timestamptz[]"},
    {1186, "interval"},
    {1187, "interval[]"},
    {1231, "numeric[]"},
    {1266, "timetz"},
    {1270, "timetz[]"},
    {1560, "bit"},
    {1562, "varbit"},
    {1700, "numeric"},
    {1790, "refcursor"},
    {2202, "regprocedure"},
    {2205, "regclass"},
    {2206, "regtype"},
    {2249, "record"},
    {2278, "void"},
    {2950, "uuid"},
    {2951, "uuid[]"},
    {3220, "pg_lsn"},
    {3614, "tsvector"},
    {3615, "tsquery"},
    {3802, "jsonb"},
    {3807, "jsonb[]"},
    {3904, "int4range"},
    {3906, "numrange"},
    {3908, "tsrange"},
    {3910, "tstzrange"},
    {3912, "daterange"},
    {3926, "int8range"},
    {4072, "jsonpath"},
    {4096, "regrole"},
    {4089, "regnamespace"},
};

}  // namespace

std::string type_name(uint32_t oid) {
  if (oid == 0) return {};
  const auto found =
      std::find_if(std::begin(kTypes), std::end(kTypes), [oid](const Row& row) { return row.oid == oid; });
  return found == std::end(kTypes) ? std::to_string(oid) : std::string(found->name);
}

}  // namespace windlass::record
