#!/bin/sh
# What a guest does to its volumes; see SmallGuest. Disks are known by their sizes: 3 GiB for records, 2 GiB with fio.
exec >/dev/console 2>&1

cat >/root/records <<'END'
#!/bin/sh
# Numbered records, each durable in two places before it is told: 4096 digits in one of 32 places of the disk, over and
# over, and a line at the end of a file of the root.
for each in /sys/block/vd*; do
  read -r sectors <$each/size
  [ "$sectors" != 6291456 ] || disk=/dev/${each##*/}
done
touch /root/numbers
number=$(awk '$1 - 1000000 != NR { exit } { last = NR } END { print last + 0 }' /root/numbers)
echo "the root holds $number"
while :; do
  number=$((number + 1))
  printf %04096d $number | dd of=$disk bs=4096 seek=$((number % 32)) iflag=fullblock conv=notrunc,fsync 2>/run/dd &&
    echo $((1000000 + number)) | dd of=/root/numbers bs=8 seek=$((number - 1)) iflag=fullblock conv=notrunc,fsync 2>/run/dd ||
    break
  echo "synced $number"
done
echo "a record cannot be written: $(cat /run/dd)"
END
chmod 755 /root/records
echo '::once:/root/records' >>/etc/inittab
sync

for each in /sys/block/vd*; do
  read -r sectors <$each/size
  [ "$sectors" != 4194304 ] || disk=/dev/${each##*/}
done
# Somebody is writing it meanwhile, its first block last.
until mount -t ext4 -o ro $disk /mnt 2>/dev/null; do usleep 100000; done
times=0
while /mnt/lib/ld-linux-x86-64.so.2 --library-path /mnt/lib /mnt/fio --name=guest --filename=/root/fio.data --size=8M \
  --rw=randwrite --bs=16k --ioengine=psync --direct=1 --fsync=4 --verify=crc32c --verify_fatal=1 --verify_backlog=32 \
  --verify_state_save=0 --randrepeat=0 --output=/run/fio && ! dmesg | grep -E 'I/O error|EXT4-fs error'; do
  times=$((times + 1))
  echo "verified $times times"
done
cat /run/fio
echo "fio has failed"
