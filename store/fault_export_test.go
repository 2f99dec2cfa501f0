package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"modernc.org/sqlite"
)

// ErrFault is what a statement fails with that Faults chose.
var ErrFault = errors.New("disk I/O error: the cable is loose")

// Faults makes one statement of the writing connection fail, as a bad disk would.
type Faults struct {
	left int // statements until the one that fails
	hit  bool
}

// Arm makes the n-th statement from now on fail, once.
func (f *Faults) Arm(n int) { f.left, f.hit = n, false }

// Hit reports whether it did.
func (f *Faults) Hit() bool { return f.hit }

func (f *Faults) next() error {
	if f.left--; f.left == 0 {
		f.hit = true
		return ErrFault
	}
	return nil
}

// WithFaults exchanges the writing connection for one whose statements can be made to fail.
func (s *Store) WithFaults(ctx context.Context) (*Faults, error) {
	faults := &Faults{}
	conn, err := sql.OpenDB(faultyConnector{connector{&sqlite.Driver{}, dsn(s.path, writing)}, faults}).Conn(ctx)
	if err != nil {
		return nil, err
	}
	err = s.writer.close()
	s.writer = newSession(conn)
	return faults, err
}

type faultyConnector struct {
	connector
	faults *Faults
}

func (c faultyConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &faultyConn{conn, c.faults}, nil
}

type faultyConn struct {
	driver.Conn
	faults *Faults
}

func (c *faultyConn) Prepare(query string) (driver.Stmt, error) {
	statement, err := c.Conn.Prepare(query)
	return &faultyStmt{statement, c.faults}, err
}

type faultyStmt struct {
	driver.Stmt
	faults *Faults
}

func (s *faultyStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.faults.next(); err != nil {
		return nil, err
	}
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args) //nolint:forcetypeassert // SQLite's is one
}

func (s *faultyStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.faults.next(); err != nil {
		return nil, err
	}
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args) //nolint:forcetypeassert // SQLite's is one
}
