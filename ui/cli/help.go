package cli

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pregon/ui/theme"
)

// helpValue is the flag --help. It puts our help in place the moment it is read: fang sets its own, which speaks
// English only, just before the arguments are read.
type helpValue struct {
	asked bool
	then  func()
}

func (h *helpValue) String() string {
	if h != nil && h.asked {
		return "true"
	}
	return "false"
}

// Set reads "true" and "false", as a boolean flag does.
func (h *helpValue) Set(text string) error {
	h.asked = text != "false"
	h.then()
	return nil
}

func (h *helpValue) Type() string { return "bool" }

// inOurWords gives the tree of commands its help, its flags and its refusals in the reader's language.
func (l *line) inOurWords(root *cobra.Command) {
	help := root.PersistentFlags().VarPF(&helpValue{then: func() { root.SetHelpFunc(l.showHelp) }}, "help", "h", l.say.T("show this help"))
	help.NoOptDefVal = "true"
	root.Flags().BoolP("version", "v", false, l.say.T("print the version"))
	root.SetVersionTemplate("pregon {{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetHelpCommand(&cobra.Command{
		Use: "help [COMMAND]", Short: l.say.T("what a command does"),
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return l.noCommand(root, strings.Join(args, " "))
			}
			l.showHelp(about, nil)
			return nil
		},
	})
	root.SetFlagErrorFunc(l.flagRefused)
	l.wrapArgs(root)
}

// showHelp prints the help of a command; a reader who left early misses the rest.
func (l *line) showHelp(cmd *cobra.Command, _ []string) {
	_, _ = io.WriteString(cmd.OutOrStdout(), l.helpText(cmd))
}

// wrapArgs puts what a command says of its arguments into words, for it and all below.
func (l *line) wrapArgs(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if check(cmd, args) == nil {
				return nil
			}
			return l.argsRefused(cmd, args)
		}
	}
	for _, below := range cmd.Commands() {
		l.wrapArgs(below)
	}
}

// helpText is the help of a command: what it does, how it is typed, what belongs to it.
func (l *line) helpText(cmd *cobra.Command) string {
	p := &paper{}
	p.line(cmd.Short)
	p.line("")
	p.line(l.say.T("Usage"))
	p.line("  " + usageLine(cmd))
	if cmd.HasAvailableSubCommands() {
		p.line("")
		p.line(l.say.T("Commands"))
		var rows [][2]string
		for _, below := range cmd.Commands() {
			if below.IsAvailableCommand() {
				rows = append(rows, [2]string{"  " + below.Use, below.Short})
			}
		}
		p.pairs(rows...)
	}
	for _, group := range []struct {
		name  string
		flags *pflag.FlagSet
	}{{l.say.T("Flags"), cmd.LocalNonPersistentFlags()}, {l.say.T("Flags of every command"), cmd.Root().PersistentFlags()}} {
		rows := flagRows(group.flags)
		if len(rows) == 0 {
			continue
		}
		p.line("")
		p.line(group.name)
		p.pairs(rows...)
	}
	return wrapHelp(p.String())
}

// usageLine is how a command is typed, such as "pregon contacts add PHONE [--flag …]".
func usageLine(cmd *cobra.Command) string {
	text := cmd.CommandPath()
	if _, rest, found := strings.Cut(cmd.Use, " "); found {
		text += " " + rest
	}
	if cmd.HasAvailableSubCommands() {
		text += " …"
	}
	return text + " [--…]"
}

func flagRows(flags *pflag.FlagSet) [][2]string {
	var rows [][2]string
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		name := "  --" + f.Name
		if f.Value.Type() != "bool" {
			name += " …"
		}
		if f.Shorthand != "" {
			name += ", -" + f.Shorthand
		}
		rows = append(rows, [2]string{name, f.Usage})
	})
	slices.SortFunc(rows, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return rows
}

// helpWidth is the longest line of a help: a terminal's usual width.
const helpWidth = 80

// wrapHelp breaks what is too long, and keeps the second column where it begins.
func wrapHelp(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		indent := 0
		if at := strings.LastIndex(line, "  "); at > 0 {
			indent = theme.Width(line[:at]) + 2
		}
		if theme.Width(line) <= helpWidth || indent > helpWidth/2 {
			out.WriteString(line + "\n")
			continue
		}
		head, rest := "", line
		if indent > 0 {
			at := strings.LastIndex(line, "  ") + 2
			head, rest = line[:at], line[at:]
		}
		for i, part := range theme.Wrap(rest, helpWidth-indent) {
			if i > 0 {
				head = strings.Repeat(" ", indent)
			}
			out.WriteString(head + part + "\n")
		}
	}
	return out.String()
}
