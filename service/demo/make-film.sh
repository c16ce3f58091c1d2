#!/usr/bin/env bash
# Makes films/timecode.mp4, the sample that the demo serves: a minute of ffmpeg's test picture with
# the time burnt in, and a tone with a short beep each second. Needs ffmpeg with libx264 and
# fontconfig. The film is committed, so a build of the project needs neither.
#
# A program can read the time too. The lower right corner has the whole seconds as six binary
# digits, the highest on the left. Each digit is a cell of 48 x 48 pixels in each of two
# rows: the upper cell is white for 1 and black for 0, the lower one is the opposite, so that a
# picture of something else can't pass for a time.
#
#   picture   1280 x 720
#   digit i   x from 960 + 48 i, for i = 0 (32 seconds) to 5 (1 second)
#   upper row y from 592, lower row y from 640
set -euo pipefail
cd "$(dirname "$0")"

seconds=60
rate=25
cell=48
left=960
upper=592
lower=$((upper + cell))

# A frame of the panel's colour around the digits, then all of them 0, then those that are 1.
width=$((6 * cell))
code="drawbox=x=$((left - 12)):y=$((upper - 12)):w=$((width + 24)):h=$((2 * cell + 24)):color=0x14181f:t=fill"
code+=",drawbox=x=$left:y=$upper:w=$width:h=$cell:color=black:t=fill"
code+=",drawbox=x=$left:y=$lower:w=$width:h=$cell:color=white:t=fill"
for i in 0 1 2 3 4 5; do
  # The millisecond keeps a frame at a full second from falling into the one before.
  on="enable='mod(floor((t+0.001)/$((32 >> i))),2)'"
  code+=",drawbox=x=$((left + i * cell)):y=$upper:w=$cell:h=$cell:color=white:t=fill:$on"
  code+=",drawbox=x=$((left + i * cell)):y=$lower:w=$cell:h=$cell:color=black:t=fill:$on"
done
time="drawbox=x=20:y=580:w=496:h=120:color=0x14181f:t=fill"
time+=",drawtext=font=DejaVu Sans Mono:timecode='00\:00\:00\:00':rate=$rate"
time+=":fontsize=64:fontcolor=white:x=20+(496-tw)/2:y=580+(120-th)/2"
# The test picture's full colours are hard on the eye.
calm="eq=saturation=0.55:contrast=0.8:brightness=-0.08"

# A keyframe each second makes every seek land close; +faststart puts moov in front of the media.
ffmpeg -hide_banner -loglevel warning -y \
  -f lavfi -i "testsrc2=size=1280x720:rate=$rate:duration=$seconds,format=yuv420p" \
  -f lavfi -i "sine=frequency=220:beep_factor=4:sample_rate=48000:duration=$seconds" \
  -filter_complex "[0:v]$calm,$time,$code[v];[1:a]volume=0.4,aformat=channel_layouts=stereo[a]" \
  -map '[v]' -map '[a]' \
  -c:v libx264 -profile:v high -level:v 4.0 -pix_fmt yuv420p -preset veryslow \
  -b:v 672k -maxrate 960k -bufsize 960k -g "$rate" -keyint_min "$rate" -sc_threshold 0 -bf 2 \
  -c:a aac -b:a 96k -ac 2 \
  -map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact \
  -movflags +faststart films/timecode.mp4
