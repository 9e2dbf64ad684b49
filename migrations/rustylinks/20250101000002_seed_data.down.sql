-- Links lose what they have of these by cascade. What somebody else made global stays.

delete from languages where user_id is null and name in (
    'JavaScript', 'Python', 'Java', 'C#', 'C++', 'TypeScript', 'PHP', 'C', 'Ruby', 'Go',
    'Rust', 'Swift', 'Kotlin', 'R', 'Dart', 'Scala', 'Perl', 'Lua', 'Haskell', 'Elixir');

delete from licenses where user_id is null and name in (
    'MIT', 'Apache-2.0', 'GPL-3.0', 'GPL-2.0', 'BSD-3-Clause', 'BSD-2-Clause', 'LGPL-3.0', 'LGPL-2.1', 'MPL-2.0',
    'AGPL-3.0', 'ISC', 'CDDL-1.0', 'EPL-2.0', 'EPL-1.0', 'CC0-1.0', 'CC-BY-4.0', 'CC-BY-SA-4.0', 'Unlicense', 'Zlib',
    'Artistic-2.0');
