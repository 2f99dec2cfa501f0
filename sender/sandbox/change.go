package sandbox

// SetScript replaces the script and rewinds its counters; calls and people
// stay. Errors are *ScriptError.
func (s *Server) SetScript(script Script) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.setScript(script); err != nil {
		return err
	}
	s.state.rules = arm(s.opt.Script.Rules)
	return nil
}

func (s *Server) setScript(script Script) error {
	if err := script.validate(); err != nil {
		return err
	}
	s.opt.Script = script
	s.delays, s.shares = *s.opt.Delays, *s.opt.Shares
	if script.Delays != nil {
		s.delays = *script.Delays
	}
	if script.Shares != nil {
		s.shares = *script.Shares
	}
	if err := s.shares.validate(); err != nil {
		return &OptionError{"Shares", err.Error()}
	}
	if s.state == nil {
		s.state = newState(&s.opt)
	}
	return nil
}

// SetTemplateStatus changes a template while sends go on, and tells the
// callback, as Meta does when it pauses one. It reports whether there is such
// a template.
func (s *Server) SetTemplateStatus(name, language, status string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.setTemplateStatus(templateKey{name, language}, status)
}

// setTemplateStatus needs s.mu.
func (s *Server) setTemplateStatus(of templateKey, status string) bool {
	return s.changeTemplate(of, templateChange, func(tpl *Template) { tpl.Status = status })
}

// SetTemplateWords changes what a template says, as somebody does at Meta, and
// tells the callback. It reports whether there is such a template.
func (s *Server) SetTemplateWords(name, language string, words []Component) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changeTemplate(templateKey{name, language}, wordsChange, func(tpl *Template) { tpl.Components = words })
}

// changeTemplate needs s.mu.
func (s *Server) changeTemplate(of templateKey, news func(Template) *change, edit func(*Template)) bool {
	old := s.library.Load()
	if old.byKey[of] == nil {
		return false
	}
	list := make([]Template, len(old.order))
	var changed Template
	for i, f := range old.order {
		list[i] = f.Template
		if f.Name == of.name && f.Language == of.language {
			edit(&list[i])
			changed = list[i]
		}
	}
	lib, err := newLibrary(list)
	if err != nil {
		return false // the same names made a library before
	}
	s.library.Store(lib)
	s.tell(news(changed))
	return true
}
