package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
)

// controlRoutes are the pages for people and tests; see the package comment.
func (s *Server) controlRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /sandbox/calls", s.showCalls)
	mux.HandleFunc("GET /sandbox/stats", func(w http.ResponseWriter, _ *http.Request) {
		s.writeJSON(w, http.StatusOK, s.Stats())
	})
	mux.HandleFunc("POST /sandbox/reset", func(w http.ResponseWriter, _ *http.Request) {
		s.Reset()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("POST /sandbox/inbound", s.takeInbound)
	mux.HandleFunc("POST /sandbox/preference", s.takePreference)
	mux.HandleFunc("POST /sandbox/template", s.takeTemplateStatus)
	mux.HandleFunc("POST /sandbox/script", s.takeScript)
	mux.HandleFunc("POST /sandbox/drain", func(w http.ResponseWriter, r *http.Request) {
		s.done(w, s.Drain(r.Context()))
	})
	return mux
}

// showCalls lists accepted calls; ?to= keeps those to one number, ?after=
// skips as many, ?limit= ends early.
func (s *Server) showCalls(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	calls := s.Calls()
	if to := query.Get("to"); to != "" {
		who, err := readAddress(to)
		if err != nil {
			s.done(w, err)
			return
		}
		kept := calls[:0]
		for _, c := range calls {
			if c.WaID == who.waID && c.UserID == who.userID {
				kept = append(kept, c)
			}
		}
		calls = kept
	}
	total := len(calls)
	calls = calls[min(count(query.Get("after"), 0), total):]
	calls = calls[:min(count(query.Get("limit"), len(calls)), len(calls))]
	s.writeJSON(w, http.StatusOK, map[string]any{"calls": calls, "total": total})
}

func count(text string, fallback int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return fallback
	}
	return n
}

func (s *Server) takeInbound(w http.ResponseWriter, r *http.Request) {
	var u utterance
	if !s.readControl(w, r, &u) {
		return
	}
	id, err := s.receive(u)
	if err != nil {
		s.done(w, err)
		return
	}
	s.writeJSON(w, http.StatusOK, map[string]string{"id": id})
}

func (s *Server) takePreference(w http.ResponseWriter, r *http.Request) {
	var body struct {
		From  string `json:"from"`
		Value string `json:"value"`
	}
	if s.readControl(w, r, &body) {
		s.done(w, s.Prefer(body.From, body.Value))
	}
}

func (s *Server) takeTemplateStatus(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Name     string `json:"name"`
		Language string `json:"language"`
		Status   string `json:"status"`
	}
	if !s.readControl(w, r, &body) {
		return
	}
	if !s.SetTemplateStatus(body.Name, body.Language, body.Status) {
		http.Error(w, "no such template", http.StatusNotFound)
		return
	}
	s.done(w, nil)
}

func (s *Server) takeScript(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		s.done(w, err)
		return
	}
	script, err := ParseScript(data)
	if err == nil {
		err = s.SetScript(script)
	}
	s.done(w, err)
}

func (s *Server) readControl(w http.ResponseWriter, r *http.Request, v any) bool {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		s.done(w, err)
		return false
	}
	return true
}

// done answers 204, or 400 with the reason.
func (s *Server) done(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
