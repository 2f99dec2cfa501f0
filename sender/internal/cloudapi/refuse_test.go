package cloudapi_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"pregon/sender/internal/cloudapi"
	"pregon/store"
)

// What a template that was handed in may come to: only an id says that it was taken.
func TestATemplateIsHandedInOnlyWhereAnIDSaysSo(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		status     int
		want       cloudapi.Submitted
		action     cloudapi.Action
		reason     string
		subcode    int
	}{
		{"taken", `{"id":"7","status":"PENDING","category":"MARKETING"}`, 200, cloudapi.Submitted{ID: "7", Status: "PENDING", Category: "MARKETING"}, "", "", 0},
		{"taken into another category", `{"id":"7","status":"APPROVED","category":"UTILITY","new":[]}`, 200, cloudapi.Submitted{ID: "7", Status: "APPROVED", Category: "UTILITY"}, "", "", 0},
		{"yes without an id", `{"status":"PENDING"}`, 200, cloudapi.Submitted{}, cloudapi.Lose, cloudapi.ReasonNetwork, 0},
		{"no JSON", `for(;;);`, 200, cloudapi.Submitted{}, cloudapi.Lose, cloudapi.ReasonNetwork, 0},
		{"the words", `{"error":{"code":100,"error_subcode":2388042}}`, 400, cloudapi.Submitted{}, cloudapi.Bug, cloudapi.ReasonRequest, 2388042},
		{"the token", `{"error":{"code":190}}`, 401, cloudapi.Submitted{}, cloudapi.Operator, cloudapi.ReasonToken, 0},
		{"an error with an id", `{"id":"7","error":{"code":200}}`, 200, cloudapi.Submitted{}, cloudapi.Operator, cloudapi.ReasonPermission, 0},
		{"a login page", `<html>`, 403, cloudapi.Submitted{}, cloudapi.Operator, cloudapi.ReasonAddress, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			url := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/500000000000041/message_templates") || r.Header.Get("Authorization") != "Bearer secret" {
					t.Errorf("%s %s with %q", r.Method, r.URL.Path, r.Header.Get("Authorization"))
				}
				w.WriteHeader(tt.status)
				if _, err := w.Write([]byte(tt.body)); err != nil {
					t.Error(err)
				}
			})
			got, err := client(url, 5*time.Second).SubmitTemplate(t.Context(), []byte(`{"name":"offer"}`))
			if got != tt.want || (err == nil) != (tt.action == "") {
				t.Errorf("SubmitTemplate = %+v, %v; want %+v", got, err, tt.want)
			}
			failed, ok := errors.AsType[*cloudapi.CallError](err)
			if ok && (failed.Action != tt.action || failed.Reason != tt.reason || failed.Subcode != tt.subcode) || !ok && err != nil {
				t.Errorf("it fails with %+v, want %s for %s, subcode %d", failed, tt.action, tt.reason, tt.subcode)
			}
		})
	}
}

func TestAFileIsHandedOverWithItsNameAndType(t *testing.T) {
	t.Parallel()
	m := store.Media{Kind: "DOCUMENT", Name: `menú "de hoy".pdf`, MIME: "application/pdf", Data: []byte("%PDF-1.7 x")}
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		file, header, err := r.FormFile("file")
		if err != nil {
			t.Errorf("no file: %v", err)
			return
		}
		data := make([]byte, header.Size)
		if _, err := file.Read(data); err != nil || string(data) != string(m.Data) {
			t.Errorf("the file holds %q, %v", data, err)
		}
		if header.Filename != m.Name || header.Header.Get("Content-Type") != m.MIME || r.FormValue("type") != m.MIME || r.FormValue("messaging_product") != "whatsapp" {
			t.Errorf("handed over as %q of %q", header.Filename, header.Header.Get("Content-Type"))
		}
		if _, err := w.Write([]byte(`{"id":"1017"}`)); err != nil {
			t.Error(err)
		}
	})
	if id, err := client(url, 5*time.Second).UploadMedia(t.Context(), m); err != nil || id != "1017" {
		t.Errorf("UploadMedia = %q, %v", id, err)
	}
}

func TestWhereNobodyListensNothingWasHandedOver(t *testing.T) {
	t.Parallel()
	c := client("http://127.0.0.1:1", 2*time.Second)
	_, err := c.UploadMedia(t.Context(), store.Media{Name: "a.txt", MIME: "text/plain", Data: []byte("x")})
	failed, ok := errors.AsType[*cloudapi.CallError](err)
	if !ok || failed.Action != cloudapi.Offline || failed.Reason != cloudapi.ReasonNetwork || strings.Contains(err.Error(), "secret") {
		t.Errorf("UploadMedia = %v", err)
	}
	_, err = c.SubmitTemplate(t.Context(), []byte(`{}`))
	if failed, ok = errors.AsType[*cloudapi.CallError](err); !ok || failed.Action != cloudapi.Lose || failed.Err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("SubmitTemplate = %v", err)
	}
}
