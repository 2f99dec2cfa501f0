package cli

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

func (l *line) sandboxCommand() *cobra.Command {
	var practice Practice
	var script string
	cmd := &cobra.Command{
		Use: "sandbox", Short: l.say.T("the practice API alone, for trying things out"), Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return l.runSandbox(cmd.Context(), practice, script) },
	}
	cmd.Flags().StringVar(&practice.Addr, "addr", "127.0.0.1:0", l.say.T("address on this machine; port 0 is any"))
	cmd.Flags().DurationVar(&practice.Latency, "latency", 0, l.say.T("how long each answer takes"))
	cmd.Flags().IntVar(&practice.Rate, "rate", 0, l.say.T("messages a second it takes; 0 is no limit"))
	cmd.Flags().StringVar(&script, "script", "", l.say.T("a file of faults to play"))
	return cmd
}

// runSandbox serves until it is stopped, which is its normal end.
func (l *line) runSandbox(ctx context.Context, practice Practice, script string) error {
	if script != "" {
		data, err := os.ReadFile(script)
		if err != nil {
			return fmt.Errorf("read the script: %w", err)
		}
		practice.Script = data
	}
	practice.AppSecret = l.secret("PREGON_APP_SECRET")
	server, err := l.Sandbox(ctx, practice)
	if err != nil {
		return err
	}
	err = l.print(map[string]any{"url": server.URL()}, func(p *paper) {
		p.line(l.say.T("The practice API answers at %s until you stop it.", server.URL()))
		p.line("PREGON_API_URL=" + server.URL() + " PREGON_TOKEN=practice")
	})
	if err == nil {
		<-ctx.Done()
	}
	if closeErr := server.Close(); err == nil {
		err = closeErr
	}
	return err
}
