package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"
	"modernc.org/sqlite"

	"pregon/store/phone"
)

// lowerSQL is SQLite's lower for every script. Its own knows ASCII only, so that
// "ÁVILA" and "Ávila" would be two towns.
const lowerSQL = "pregon_lower"

func lower(text string) string { return strings.ToLower(norm.NFC.String(text)) }

// connector opens connections that know lowerSQL, zoneSQL and crowdSQL. The driver is the file's own:
// a function given to the registered one would be every program's.
type connector struct {
	driver *sqlite.Driver
	dsn    string
}

// zoneSQL is phone.E164.Zone in SQL.
const zoneSQL = "pregon_zone"

// readPool returns the pool for reading; it opens nothing yet.
func readPool(path string) (*sql.DB, error) {
	own := &sqlite.Driver{}
	for name, of := range map[string]func(string) string{
		lowerSQL: lower,
		zoneSQL:  func(number string) string { return phone.E164(number).Zone() },
	} {
		err := own.RegisterDeterministicScalarFunction(name, 1,
			func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
				text, ok := args[0].(string)
				if !ok {
					return nil, errors.New("not a text")
				}
				return of(text), nil
			})
		if err != nil {
			return nil, fmt.Errorf("add %s: %w", name, err)
		}
	}
	crowds := &sqlite.FunctionImpl{NArgs: 1, Deterministic: true, MakeAggregate: gather}
	if err := own.RegisterFunction(crowdSQL, crowds); err != nil {
		return nil, fmt.Errorf("add %s: %w", crowdSQL, err)
	}
	pool := sql.OpenDB(connector{own, dsn(path, reading, "query_only(1)")})
	pool.SetMaxOpenConns(readers)
	pool.SetMaxIdleConns(readers)
	return pool, nil
}

// Connect opens one connection.
func (c connector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return conn, nil
}

// Driver is the driver behind it.
func (c connector) Driver() driver.Driver { return c.driver }
