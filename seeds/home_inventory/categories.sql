-- What things are filed under, for everybody. Not a migration, because people will want more of them at any time:
-- add a line and load it again; what is there stays as it is.
insert into categories (name) values
    ('Appliances'), ('Art'), ('Bicycles'), ('Books'), ('Clothing'), ('Computers'), ('Documents'), ('Furniture'),
    ('Garden'), ('Instruments'), ('Jewellery'), ('Kitchen'), ('Phones'), ('Sports'), ('Television'), ('Tools'),
    ('Toys'), ('Wine')
on conflict (lower(name)) do nothing;
