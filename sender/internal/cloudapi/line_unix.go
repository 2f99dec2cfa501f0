//go:build unix

package cloudapi

import (
	"bufio"
	"crypto/tls"
	"net"
	"syscall"
	"time"
)

// quiet reports whether nothing came on a resting line. A server that lets go
// of it says so there, and a call written after that would be lost: nobody
// could tell whether it was read.
func quiet(conn net.Conn, reader *bufio.Reader, _ time.Duration) bool {
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn()
	}
	raw, ok := conn.(syscall.Conn)
	if !ok || reader.Buffered() > 0 {
		return false
	}
	control, err := raw.SyscallConn()
	if err != nil {
		return false
	}
	alive := false
	err = control.Read(func(fd uintptr) bool {
		var one [1]byte
		_, err := syscall.Read(int(fd), one[:])
		alive = err == syscall.EAGAIN
		return true
	})
	return err == nil && alive
}
