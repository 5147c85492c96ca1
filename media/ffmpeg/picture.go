package ffmpeg

import (
	"fmt"
	"slices"
	"strings"
)

// Filters of every picture that people or the face engine will see, so that it
// looks right on a standard screen.

// interlaced says whether the video may be interlaced; the filters below change
// only frames that are marked as such.
func (v Video) interlaced() bool {
	return v.Interlaced || v.fieldsUnknown && slices.Contains([]string{"mpeg2video", "dvvideo", "vc1", "prores", "dnxhd", "h264"}, v.Codec)
}

// deinterlace is the filter for moving pictures, with a trailing comma.
func (v Video) deinterlace() string {
	if !v.interlaced() {
		return ""
	}
	return "bwdif=mode=send_frame:deint=interlaced,"
}

// deinterlaceStill is the filter for a single picture.
func (v Video) deinterlaceStill() string {
	if !v.interlaced() {
		return ""
	}
	return "estdif=mode=frame:deint=interlaced,"
}

// The transfer curves of HDR.
var brighter = []string{"arib-std-b67", "smpte2084"}

func (v Video) hdr() bool { return slices.Contains(brighter, v.Transfer) }

// wide says whether the colours are beyond what every screen and browser shows.
func (v Video) wide() bool { return v.hdr() || strings.HasPrefix(v.Primaries, "bt2020") }

// ordinary tone-maps the colours to HDTV (BT.709); "" if they are that already.
// It is expensive, so it comes after scaling down.
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

// fit scales a picture into a frame of the clip's size at its start: square
// pixels, never stretched; if the clip's orientation changes, the rest of the
// frame stays black.
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
