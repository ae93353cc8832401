# Writes OUTPUT, a C++ file with every migrations/NNNN_name.sql of DIRECTORY as a raw string.
file(GLOB files ${DIRECTORY}/[0-9][0-9][0-9][0-9]_*.sql)
list(SORT files)
set(rows "")
foreach(file ${files})
  get_filename_component(name ${file} NAME_WE)
  string(SUBSTRING ${name} 0 4 digits)
  math(EXPR version "1${digits} - 10000")
  file(READ ${file} sql)
  string(APPEND rows "    {${version}, \"${name}\", R\"__sql__(${sql})__sql__\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"server/store/migrator.h\"

namespace orders::store {

namespace {
constexpr Migration kMigrations[] = {
${rows}};
}  // namespace

std::span<const Migration> Migrations() { return kMigrations; }

}  // namespace orders::store
")
