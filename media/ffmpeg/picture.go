package ffmpeg

import (
	"fmt"
	"slices"
	"strings"
)

// What is done to every picture that people or the face engine will see, so
// that it looks as it was meant on an ordinary screen.

// woven says whether two half pictures may be in each; the filters below touch
// only those that say so themselves.
func (v Video) woven() bool {
	return v.Interlaced || v.fieldsUnknown && slices.Contains([]string{"mpeg2video", "dvvideo", "vc1", "prores", "dnxhd", "h264"}, v.Codec)
}

// unwoven takes moving pictures apart, with the comma of a filter that another
// follows.
func (v Video) unwoven() string {
	if !v.woven() {
		return ""
	}
	return "bwdif=mode=send_frame:deint=interlaced,"
}

// unwovenAlone does it for a picture whose neighbours are not there.
func (v Video) unwovenAlone() string {
	if !v.woven() {
		return ""
	}
	return "estdif=mode=frame:deint=interlaced,"
}

// The transfer curves of HDR.
var brighter = []string{"arib-std-b67", "smpte2084"}

func (v Video) hdr() bool { return slices.Contains(brighter, v.Transfer) }

// wide says that the colours are none that every screen and browser shows.
func (v Video) wide() bool { return v.hdr() || strings.HasPrefix(v.Primaries, "bt2020") }

// ordinary makes the colours those of HDTV (BT.709), highlights bent to what
// an ordinary screen can show; "" where they are ordinary. It costs, so it
// comes after the picture was made small.
func (v Video) ordinary() string {
	matrix := map[string]string{"bt709": "709", "bt2020c": "2020_cl", "smpte170m": "170m", "bt470bg": "470bg"}[v.Matrix]
	if matrix == "" {
		matrix = "2020_ncl"
	}
	primaries := map[string]string{"bt709": "709", "smpte432": "smpte432"}[v.Primaries]
	if primaries == "" {
		primaries = "2020"
	}
	switch {
	case v.hdr():
		return fmt.Sprintf("zscale=tin=%s:min=%s:pin=%s:t=linear:npl=100,format=gbrpf32le,zscale=p=709,"+
			"tonemap=tonemap=mobius:desat=0,zscale=t=709:m=709:r=limited,format=yuv420p,", v.Transfer, matrix, primaries)
	case v.wide():
		return fmt.Sprintf("zscale=tin=709:min=%s:pin=%s:t=709:m=709:p=709:r=limited,format=yuv420p,", matrix, primaries)
	}
	return ""
}

// size is the clip's as it is shown, its shorter side no longer than that,
// both even.
func (v Video) size(shorter int) (width, height int) {
	return v.scaled(float64(shorter) / float64(max(min(v.Width, v.Height), 1)))
}

// within is the same for a width that is no larger than that.
func (v Video) within(width int) (w, h int) {
	return v.scaled(float64(width) / float64(max(v.Width, 1)))
}

func (v Video) scaled(by float64) (width, height int) {
	even := func(side int) int { return max(2, int(float64(side)*min(by, 1)+0.001)/2*2) }
	return even(v.Width), even(v.Height)
}

// fit brings a picture into a frame whose size is the clip's at its start:
// square pixels, never stretched; where the clip is turned half-way, the rest
// of the frame stays black.
func fit(width, height int, flags string) string {
	const shape = "iw*sar/ih"
	side := func(whole, other int, ratio string) string {
		return fmt.Sprintf("if(lt(abs(%[4]s*%[3]d/%[2]d-1),0.03),%[1]d,max(2,2*trunc((min(%[1]d,%[5]s)+0.5)/2)))",
			whole, width, height, shape, fmt.Sprintf(ratio, other))
	}
	return fmt.Sprintf("scale=w='%s':h='%s'%s,setsar=1,", side(width, height, "%d*("+shape+")"), side(height, width, "%d/("+shape+")"), flags)
}

// framed is the end of fit, after the colours.
func framed(width, height int) string {
	return fmt.Sprintf("pad=%d:%d:(ow-iw)/2:(oh-ih)/2", width, height)
}
