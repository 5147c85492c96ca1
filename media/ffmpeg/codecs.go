package ffmpeg

import "strings"

// Codecs that count as a clip's picture (R11), and those that its sound may
// have: whatever ffmpeg decodes. A codec whose decoder has another name says
// which, after a colon; what a clip does not hold may not be opened for it.
const (
	pictureCodecs = "h264 hevc mpeg4 h263 mjpeg vp8:vp8,libvpx vp9:vp9,libvpx-vp9 av1:libdav1d,libaom-av1,av1 " +
		"mpeg1video mpeg2video msmpeg4v2 msmpeg4v3:msmpeg4 wmv1 wmv2 wmv3 vc1 " +
		"prores dnxhd dvvideo flv1:flv vp6 vp6f theora"

	soundCodecs = "aac:aac,aac_fixed aac_latm ac3:ac3,ac3_fixed eac3 alac amr_nb:amrnb amr_wb:amrwb ape aptx aptx_hd " +
		"dts:dca flac mp1:mp1float,mp1 mp2:mp2float,mp2 mp3:mp3float,mp3 mp3adu:mp3adufloat,mp3adu mp3on4:mp3on4float,mp3on4 " +
		"mp4als:als mlp truehd musepack7:mpc7 musepack8:mpc8 opus:opus,libopus vorbis:vorbis,libvorbis speex:speex,libspeex " +
		"tak tta twinvq wavpack shorten wmalossless wmapro wmav1 wmav2 wmavoice xma1 xma2 ralf " +
		"pcm_alaw pcm_bluray pcm_dvd pcm_f16le pcm_f24le pcm_f32be pcm_f32le pcm_f64be pcm_f64le pcm_lxf pcm_mulaw " +
		"pcm_s8 pcm_s8_planar pcm_s16be pcm_s16be_planar pcm_s16le pcm_s16le_planar pcm_s24be pcm_s24daud pcm_s24le " +
		"pcm_s24le_planar pcm_s32be pcm_s32le pcm_s32le_planar pcm_s64be pcm_s64le pcm_sga pcm_u8 pcm_u16be pcm_u16le " +
		"pcm_u24be pcm_u24le pcm_u32be pcm_u32le pcm_vidc " +
		"adpcm_4xm adpcm_adx adpcm_afc adpcm_agm adpcm_aica adpcm_argo adpcm_ct adpcm_dtk adpcm_ea adpcm_ea_maxis_xa " +
		"adpcm_ea_r1 adpcm_ea_r2 adpcm_ea_r3 adpcm_ea_xas adpcm_g722:g722 adpcm_g726:g726 adpcm_g726le:g726le " +
		"adpcm_ima_acorn adpcm_ima_alp adpcm_ima_amv adpcm_ima_apc adpcm_ima_apm adpcm_ima_cunning adpcm_ima_dat4 " +
		"adpcm_ima_dk3 adpcm_ima_dk4 adpcm_ima_ea_eacs adpcm_ima_ea_sead adpcm_ima_iss adpcm_ima_moflex adpcm_ima_mtf " +
		"adpcm_ima_oki adpcm_ima_qt adpcm_ima_rad adpcm_ima_smjpeg adpcm_ima_ssi adpcm_ima_wav adpcm_ima_ws adpcm_ms " +
		"adpcm_mtaf adpcm_psx adpcm_sbpro_2 adpcm_sbpro_3 adpcm_sbpro_4 adpcm_swf adpcm_thp adpcm_thp_le adpcm_vima " +
		"adpcm_xa adpcm_yamaha adpcm_zork " +
		"8svx_exp 8svx_fib acelp.kelvin atrac1 atrac3 atrac3al atrac3p:atrac3plus atrac3pal:atrac3plusal atrac9 avc:on2avc " +
		"binkaudio_dct binkaudio_rdft bmv_audio codec2:libcodec2 comfortnoise cook derf_dpcm dfpwm dolby_e dsd_lsbf " +
		"dsd_lsbf_planar dsd_msbf dsd_msbf_planar dsicinaudio dss_sp dst dvaudio evrc fastaudio g723_1 g729 gremlin_dpcm " +
		"gsm:gsm,libgsm gsm_ms:gsm_ms,libgsm_ms hca hcom iac ilbc imc interplay_dpcm interplayacm mace3 mace6 metasound " +
		"msnsiren nellymoser paf_audio qcelp qdm2 qdmc ra_144:real_144 ra_288:real_288 roq_dpcm s302m sbc sdx2_dpcm sipr " +
		"siren smackaudio:smackaud sol_dpcm sonic truespeech vmdaudio westwood_snd1:ws_snd1 xan_dpcm"
)

// The decoders by the codec that ffprobe names.
var (
	supportedVideo = table(pictureCodecs)
	supportedAudio = table(soundCodecs)
)

func table(text string) map[string]string {
	decoders := map[string]string{}
	for _, entry := range strings.Fields(text) {
		codec, names, named := strings.Cut(entry, ":")
		if !named {
			names = codec
		}
		decoders[codec] = names
	}
	return decoders
}

// decoders are the only ones that may be opened for the clip.
func decoders(info Info) string {
	names := supportedVideo[info.Video.Codec]
	if info.Audio != nil {
		names += "," + supportedAudio[info.Audio.Codec]
	}
	return names
}
