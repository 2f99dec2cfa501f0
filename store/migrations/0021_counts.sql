-- +goose Up

-- Those whose country gets no marketing, which every count asks for.
CREATE INDEX contacts_undeliverable ON contacts (id) WHERE country IN ('CU', 'IR', 'KP', 'SY', 'US');
