-- +goose Up

-- Who has fields of the shop's own at all: mostly few, and only they can have what a query asks for.
CREATE INDEX contacts_fields ON contacts (id) WHERE fields <> '{}';
