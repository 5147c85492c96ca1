package doctor

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kaodian/app/centre/rules"
	"kaodian/media/ffmpeg"
)

// ffmpeg decodes and encodes a clip: the rules' video, which is at hand.
func (p *Machine) ffmpeg(ctx context.Context) Check {
	const install = "install ffmpeg of Debian: apt-get install ffmpeg"
	tools, err := ffmpeg.Find()
	if err != nil {
		return isWrong(err, install).as(FFmpegMissing)
	}
	version, err := tools.Version(ctx)
	if err != nil {
		return isWrong(err, install).as(FFmpegMissing)
	}
	if len(rules.Video()) == 0 { // built by hand, without make
		return needsAttention(version+"; there is no clip in this program to try it with", "build with: make build").as(FFmpegUntried)
	}
	p.tools = &tools
	began := time.Now()
	if err := p.convert(ctx); err != nil {
		return isWrong(fmt.Errorf("ffmpeg %s cannot convert a clip: %w", version, err), install).as(FFmpegBroken)
	}
	found := fmt.Sprintf("%s, converted a clip in %.1f s", version, time.Since(began).Seconds())
	lacking, err := tools.LackingFilters(ctx)
	if err != nil {
		return isWrong(err, install).as(FFmpegBroken)
	}
	if len(lacking) > 0 {
		return needsAttention(fmt.Sprintf("%s; it was built without %s, so bright (HDR) clips of some phones cannot be looked at or converted", found, strings.Join(lacking, " and ")), install).as(FFmpegNoBright)
	}
	return isGood("%s", found).as(FFmpegGood)
}

func (p *Machine) convert(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "kaodian-doctor-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	clip := filepath.Join(folder, "clip.mp4")
	if err := os.WriteFile(clip, rules.Video(), 0o600); err != nil {
		return err
	}
	info, err := p.tools.Probe(ctx, clip)
	if err != nil {
		return err
	}
	return p.tools.Preview(ctx, clip, info, filepath.Join(folder, "out.mp4"))
}
