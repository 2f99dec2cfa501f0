package sandbox

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// mediaLives is how long an uploaded file is kept (cloudapi: media).
const mediaLives = 30 * 24 * time.Hour

// maxUpload is the largest file of any kind, with some room for the form around it.
const maxUpload = 101 << 20

// mediaKinds are the types of each kind and its most bytes.
var mediaKinds = []struct {
	kind  string
	most  int64
	types []string
}{
	{"image", 5 << 20, []string{"image/jpeg", "image/png"}},
	{"video", 16 << 20, []string{"video/mp4", "video/3gpp"}},
	{"audio", 16 << 20, []string{"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}},
	{"document", 100 << 20, []string{
		"text/plain", "application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"application/vnd.openxmlformats-officedocument.presentationml.presentation",
	}},
}

// Upload is one file that was handed over.
type Upload struct {
	ID     string    `json:"id"`
	Kind   string    `json:"kind"` // image, video, audio, document
	MIME   string    `json:"mime_type"`
	Size   int64     `json:"size"`
	At     time.Time `json:"time"`
	number string
}

// Uploads returns the files handed over since the last Reset, oldest first.
func (s *Server) Uploads() []Upload {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.state.uploads)
}

// ForgetUploads makes every id that was given so far one of a file that is gone.
func (s *Server) ForgetUploads() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.state.uploads {
		s.state.uploads[i].At = time.Time{}
	}
}

// takeMedia is POST media.
func (s *Server) takeMedia(r *http.Request, number string) (any, *failure) {
	if !s.isNumber(number) {
		return nil, noSuchObject("post", number)
	}
	form, err := r.MultipartReader()
	if err != nil {
		return nil, invalid("The body is no multipart form")
	}
	up := Upload{number: number, At: s.opt.Now()}
	var product string
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, invalid("The form could not be read")
		}
		body := io.LimitReader(part, maxUpload)
		switch part.FormName() {
		case "messaging_product":
			product = readField(body)
		case "type":
			up.MIME = readField(body)
		case "file":
			up.MIME = or(up.MIME, part.Header.Get("Content-Type"))
			if up.Size, err = io.Copy(io.Discard, body); err != nil {
				return nil, invalid("The file could not be read")
			}
		}
	}
	if product != "whatsapp" {
		return nil, invalid("The parameter messaging_product is required.")
	}
	if fail := up.fits(); fail != nil {
		return nil, fail
	}
	up.ID = strconv.FormatUint(900000000000000+s.ids.Add(1), 10)
	s.mu.Lock()
	s.state.uploads = append(s.state.uploads, up)
	s.mu.Unlock()
	return map[string]string{"id": up.ID}, nil
}

func readField(body io.Reader) string {
	text, err := io.ReadAll(io.LimitReader(body, 200))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// fits finds the kind and holds its size.
func (u *Upload) fits() *failure {
	for _, k := range mediaKinds {
		if !slices.Contains(k.types, u.MIME) {
			continue
		}
		u.Kind = k.kind
		if u.Size == 0 || u.Size > k.most {
			return refuse(131053, "%s of %d bytes, at most %d are allowed", k.kind, u.Size, k.most)
		}
		return nil
	}
	return invalid("Param file must be a file with one of the allowed types - got %s.", strconv.Quote(u.MIME))
}

// known refuses the id of a file that is gone, that another number handed over,
// or that is of another kind. Ids this server never gave are taken.
func (st *state) known(number string, c []componentSend, now time.Time) *failure {
	for _, component := range c {
		for _, p := range component.Parameters {
			sent := map[string]*mediaSend{"image": p.Image, "video": p.Video, "document": p.Document}[strings.ToLower(p.Type)]
			if sent == nil || sent.ID == "" {
				continue
			}
			for _, up := range st.uploads {
				if up.ID == sent.ID && (up.number != number || !strings.EqualFold(up.Kind, p.Type) || now.Sub(up.At) >= mediaLives) {
					return refuse(131053, "Media ID %s is not valid any more", sent.ID)
				}
			}
		}
	}
	return nil
}
