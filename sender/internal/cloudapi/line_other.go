//go:build !unix

package cloudapi

import (
	"bufio"
	"errors"
	"net"
	"os"
	"time"
)

// quiet reports whether nothing came on a resting line. A server that lets go
// of it says so there, and a call written after that would be lost. Looking
// costs a millisecond, so a line is looked at only when it rested for longer.
func quiet(conn net.Conn, reader *bufio.Reader, rested time.Duration) bool {
	const short = 20 * time.Millisecond
	if reader.Buffered() > 0 {
		return false
	}
	if rested < short {
		return true
	}
	if conn.SetReadDeadline(time.Now().Add(time.Millisecond)) != nil {
		return false
	}
	_, err := reader.Peek(1)
	return errors.Is(err, os.ErrDeadlineExceeded)
}
