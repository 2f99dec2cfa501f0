package sandbox

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
)

const (
	defaultHuge = 8 << 20
	maxHuge     = 256 << 20
)

// edgePage is what stands in front of Meta's servers when they do not answer.
const edgePage = "<!DOCTYPE html>\n<html><head><title>Error</title></head>" +
	"<body><h1>Sorry, something went wrong.</h1><p>We're working on getting this fixed as soon as we can.</p></body></html>\n"

// answer performs an outcome on the wire.
func (s *Server) answer(w http.ResponseWriter, out *outcome) {
	if out.fail != nil {
		s.writeFailure(w, out.fail)
		return
	}
	var body []byte
	if out.record != nil {
		body = out.record.answer()
	}
	if out.rule != nil {
		if s.misbehave(w, out.rule, body) {
			return
		}
		body = out.rule.pad(body)
	}
	if s.write(w, http.StatusOK, jsonType, body) {
		out.record.answered.Store(true)
	}
}

// misread is misbehave for a call that only reads.
func (s *Server) misread(w http.ResponseWriter, rule *armed, answer any) {
	body, err := json.Marshal(answer)
	if err != nil {
		s.opt.Logger.Error("encode answer", "err", err)
	}
	if !s.misbehave(w, rule, body) {
		s.write(w, http.StatusOK, jsonType, rule.pad(body))
	}
}

// misbehave answers as the rule says and reports whether it did; the actions
// whose answer is whole leave it to the caller.
func (s *Server) misbehave(w http.ResponseWriter, rule *armed, body []byte) bool {
	switch rule.do {
	case DoError:
		s.writeFailure(w, rule.failure())
	case DoErrorInOK:
		f := rule.failure()
		f.status = http.StatusOK
		s.writeFailure(w, f)
	case DoHTTP:
		if rule.RetryAfter != "" {
			w.Header().Set("Retry-After", rule.RetryAfter)
		}
		s.write(w, rule.HTTP, "text/plain; charset=utf-8", nil)
	case DoHTML:
		status := rule.HTTP
		if status == 0 {
			status = http.StatusBadGateway
		}
		s.write(w, status, htmlType, []byte(edgePage))
	case DoResetBefore, DoResetAfter:
		s.hangUp(w, nil)
	case DoHalf:
		head := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", jsonType, len(body))
		s.hangUp(w, append([]byte(head), body[:len(body)/2]...))
	case DoGarbage:
		s.write(w, http.StatusOK, jsonType, []byte("for (;;);{\"messages\":[{\"id\":\"wamid\x00\xff"))
	case DoWrongTypes:
		s.write(w, http.StatusOK, jsonType, []byte(`{"messaging_product":1,"contacts":"none","messages":[{"id":17,"message_status":true}]}`))
	default:
		return false
	}
	return true
}

// pad makes a huge answer, still a valid document, with the padding in front.
func (r *armed) pad(body []byte) []byte {
	if r.do != DoHuge || len(body) == 0 {
		return body
	}
	size := r.Size
	if size == 0 {
		size = defaultHuge
	}
	head := []byte(`{"padding":"`)
	fill := max(size-len(head)-len(body)-1, 0)
	out := append(make([]byte, 0, size), head...)
	out = append(out, bytes.Repeat([]byte("x"), fill)...)
	out = append(out, `",`...)
	return append(out, body[1:]...)
}

// hangUp sends the last bytes, if any, and closes the connection hard.
func (s *Server) hangUp(w http.ResponseWriter, last []byte) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // the documented way to break off without one
	}
	if len(last) > 0 {
		if _, err := conn.Write(last); err != nil {
			s.opt.Logger.Debug("write half an answer", "err", err)
		}
	} else if tcp, ok := conn.(*net.TCPConn); ok {
		if err := tcp.SetLinger(0); err != nil { // a reset instead of a polite end
			s.opt.Logger.Debug("set linger", "err", err)
		}
	}
	if err := conn.Close(); err != nil {
		s.opt.Logger.Debug("hang up", "err", err)
	}
}

// answer is the 200 of a send. Everything in it is safe to put between quotes:
// addresses hold digits and signs only.
func (r *record) answer() []byte {
	b := make([]byte, 0, 320)
	b = append(b, `{"messaging_product":"whatsapp","contacts":[{"input":"`...)
	b = append(b, r.To...)
	if r.WaID != "" {
		b = append(b, `","wa_id":"`...)
		b = append(b, r.WaID...)
	} else {
		b = append(b, `","user_id":"`...)
		b = append(b, r.UserID...)
	}
	b = append(b, `"}],"messages":[{"id":"`...)
	b = append(b, r.Wamid...)
	b = append(b, `","message_status":"`...)
	b = append(b, r.Status...)
	return append(b, `"}]}`...)
}

// wamid makes a message id built as Meta's are: the address between fixed
// bytes, then 18 hexadecimal digits, in base64.
func (s *Server) wamid(key string) string {
	raw := make([]byte, 0, 48)
	raw = append(raw, 0x1c, 0x18, byte(len(key)&0xff))
	raw = append(raw, key...)
	raw = append(raw, 0x15, 0x02, 0x00, 0x11, 0x18, 0x12)
	raw = append(raw, fmt.Sprintf("%016X", mix(s.born+s.ids.Add(1)))...)
	raw = append(raw, "5B"...)
	raw = append(raw, 0x00)
	return "wamid." + base64.StdEncoding.EncodeToString(raw)
}

// unixText is the form of most timestamps in webhooks.
func unixText(seconds int64) string { return strconv.FormatInt(seconds, 10) }
