package cloudapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"time"

	"pregon/store"
)

// uploadLimit is the least time an upload may take: 16 MB on a shop's line.
const uploadLimit = 3 * time.Minute

// UseHead has the messages of this client carry a picture, video or document.
func (c *Client) UseHead(head Head) { c.headed.Store(&head) }

// UploadMedia hands a file over once, for as many messages as are to carry it,
// and returns the id under which the platform keeps it for 30 days. The errors
// are *CallError.
func (c *Client) UploadMedia(ctx context.Context, m store.Media) (string, error) {
	token, err := c.token(ctx)
	if err != nil || !printable(token) {
		return "", &CallError{Action: Operator, Reason: ReasonToken, Err: err}
	}
	body, kind, err := uploadForm(m)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, max(c.limit, uploadLimit))
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+c.number+"/media", bytes.NewReader(body))
	if err != nil {
		return "", &CallError{Action: Operator, Reason: ReasonAddress, Err: err}
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", kind)
	resp, err := c.http.Do(req)
	if err != nil {
		return "", &CallError{Action: Offline, Reason: ReasonNetwork, Err: withoutURL(err)}
	}
	text, err := readAll(resp, maxAnswer)
	if err != nil {
		return "", &CallError{Action: Offline, Reason: ReasonNetwork, HTTP: resp.StatusCode, Err: err}
	}
	return uploadedAs(resp.StatusCode, text)
}

// uploadedAs reads the answer. A file may be handed over twice without harm, so
// an answer that tells nothing is one to try again.
func uploadedAs(status int, body []byte) (string, error) {
	failure, failed := failureIn(body)
	if failed || status/100 != 2 {
		a := judgeFailure(status, failure, failed)
		if a.Action == Lose {
			a.Action, a.Reason = Retry, ReasonNetwork
		}
		return "", &CallError{Action: a.Action, Reason: a.Reason, Code: a.Code, Subcode: failure.Subcode.value, HTTP: status, Trace: a.Trace}
	}
	var taken struct {
		ID json.RawMessage `json:"id"`
	}
	if err := json.Unmarshal(body, &taken); err != nil {
		return "", &CallError{Action: Retry, Reason: ReasonNetwork, HTTP: status, Err: fmt.Errorf("decode the answer: %w", err)}
	}
	if id := strings.Trim(string(taken.ID), `"`); id != "" && id != "null" {
		return id, nil
	}
	return "", &CallError{Action: Retry, Reason: ReasonNetwork, HTTP: status}
}

// uploadForm is the body of an upload and its type.
func uploadForm(m store.Media) (body []byte, kind string, err error) {
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for _, field := range [][2]string{{"messaging_product", "whatsapp"}, {"type", m.MIME}} {
		if err := w.WriteField(field[0], field[1]); err != nil {
			return nil, "", fmt.Errorf("write the form: %w", err)
		}
	}
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", multipart.FileContentDisposition("file", m.Name))
	header.Set("Content-Type", m.MIME)
	part, err := w.CreatePart(header)
	if err == nil {
		_, err = part.Write(m.Data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, "", fmt.Errorf("write the form: %w", err)
	}
	return buf.Bytes(), w.FormDataContentType(), nil
}
