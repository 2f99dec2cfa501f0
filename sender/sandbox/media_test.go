package sandbox_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"pregon/sender/sandbox"
)

func upload(t *testing.T, server *sandbox.Server, product, kind string, size int) (int, string) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range map[string]string{"messaging_product": product, "type": kind} {
		if err := form.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="x"`}, "Content-Type": {kind}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, version+number+"/media", &body)
	r.Header.Set("Authorization", "Bearer practice")
	r.Header.Set("Content-Type", form.FormDataContentType())
	w := httptest.NewRecorder()
	server.ServeHTTP(w, r)
	text, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(text)
}

func TestUploadsAreHeldToTheirKinds(t *testing.T) {
	t.Parallel()
	server := mediaServer(t, sandbox.Options{})
	tests := []struct {
		name, product, kind string
		size, status        int
		want                string
	}{
		{"picture", "whatsapp", "image/jpeg", 100, 200, `"id":"900`},
		{"document", "whatsapp", "application/pdf", 6 << 20, 200, `"id":"900`},
		{"picture too large", "whatsapp", "image/png", 5<<20 + 1, 400, "131053"},
		{"video too large", "whatsapp", "video/mp4", 16<<20 + 1, 400, "131053"},
		{"empty", "whatsapp", "image/png", 0, 400, "131053"},
		{"unknown type", "whatsapp", "image/gif", 10, 400, "allowed types"},
		{"for nobody", "", "image/png", 10, 400, "messaging_product"},
	}
	for _, tt := range tests {
		status, text := upload(t, server, tt.product, tt.kind, tt.size)
		if status != tt.status || !strings.Contains(text, tt.want) {
			t.Errorf("%s: %d %s", tt.name, status, text)
		}
	}
	if ups := server.Uploads(); len(ups) != 2 || ups[0].Kind != "image" || ups[1].Size != 6<<20 || ups[0].ID == ups[1].ID {
		t.Errorf("Uploads = %+v", ups)
	}
}

func mediaServer(t *testing.T, opt sandbox.Options) *sandbox.Server {
	t.Helper()
	server, err := sandbox.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

func TestAFileIsKeptForThirtyDaysForItsNumberAndKind(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC)
	server := mediaServer(t, sandbox.Options{
		Now: func() time.Time { return now },
		Templates: []sandbox.Template{{
			ID: "1", Name: "picture", Language: "en", Status: "APPROVED", Category: "MARKETING",
			Components: []sandbox.Component{{Type: "HEADER", Format: "IMAGE"}, {Type: "BODY", Text: "Bread."}},
		}},
	})
	upload(t, server, "whatsapp", "image/png", 10)
	upload(t, server, "whatsapp", "video/mp4", 10)
	picture, video := server.Uploads()[0].ID, server.Uploads()[1].ID
	send := func(from, id string) int {
		t.Helper()
		body := `{"messaging_product":"whatsapp","to":"+16045550101","type":"template","template":{"name":"picture","language":{"code":"en"},` +
			`"components":[{"type":"header","parameters":[{"type":"image","image":{"id":"` + id + `"}}]}]}}`
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, version+from+"/messages", strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer practice")
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		now = now.Add(time.Minute)
		return w.Code
	}
	if send(number, picture) != 200 || send(number, video) == 200 || send("600000000000099", picture) == 200 {
		t.Error("a file is taken for what it is not")
	}
	now = now.Add(30 * 24 * time.Hour)
	if send(number, picture) == 200 {
		t.Error("a file lives longer than thirty days")
	}
}
