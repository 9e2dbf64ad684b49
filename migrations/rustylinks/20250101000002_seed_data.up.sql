-- The languages and licenses that everybody has.

insert into languages (name) values
    ('JavaScript'), ('Python'), ('Java'), ('C#'), ('C++'), ('TypeScript'), ('PHP'), ('C'), ('Ruby'), ('Go'),
    ('Rust'), ('Swift'), ('Kotlin'), ('R'), ('Dart'), ('Scala'), ('Perl'), ('Lua'), ('Haskell'), ('Elixir');

insert into licenses (name, full_name) values
    ('MIT', 'MIT License'),
    ('Apache-2.0', 'Apache License 2.0'),
    ('GPL-3.0', 'GNU General Public License v3.0'),
    ('GPL-2.0', 'GNU General Public License v2.0'),
    ('BSD-3-Clause', 'BSD 3-Clause "New" or "Revised" License'),
    ('BSD-2-Clause', 'BSD 2-Clause "Simplified" License'),
    ('LGPL-3.0', 'GNU Lesser General Public License v3.0'),
    ('LGPL-2.1', 'GNU Lesser General Public License v2.1'),
    ('MPL-2.0', 'Mozilla Public License 2.0'),
    ('AGPL-3.0', 'GNU Affero General Public License v3.0'),
    ('ISC', 'ISC License'),
    ('CDDL-1.0', 'Common Development and Distribution License 1.0'),
    ('EPL-2.0', 'Eclipse Public License 2.0'),
    ('EPL-1.0', 'Eclipse Public License 1.0'),
    ('CC0-1.0', 'Creative Commons Zero v1.0 Universal'),
    ('CC-BY-4.0', 'Creative Commons Attribution 4.0 International'),
    ('CC-BY-SA-4.0', 'Creative Commons Attribution Share Alike 4.0 International'),
    ('Unlicense', 'The Unlicense'),
    ('Zlib', 'zlib License'),
    ('Artistic-2.0', 'Artistic License 2.0');
