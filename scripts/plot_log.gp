# gnuplot -e "log='run.log.csv'; out='run.svg'; metric='F1'" plot_log.gp : cost and metric against epoch.
set datafile separator ','
set datafile missing ''
set terminal svg size 860,420 dynamic font 'Helvetica,13' background 'white'
set output out
set key top center horizontal outside
set grid lc rgb '#dddddd'
set border 3 lc rgb '#444444'
set tics nomirror
set xlabel 'epoch'
has(column) = (stats_valid = 0, system(sprintf("awk -F, '/^[0-9]/ && $%d != \"\" { print 1; exit }' '%s'", column, log)) ne '')
set multiplot layout 1,2
set ylabel 'cost'
set logscale y
if (has(6)) {
    plot log skip 0 using 1:4 with lines lw 2 lc rgb '#1f77b4' title 'training', \
         log using 1:6 with lines lw 2 lc rgb '#d62728' title 'validation'
} else {
    plot log using 1:4 with lines lw 2 lc rgb '#1f77b4' title 'training'
}
unset logscale y
set ylabel metric
if (has(5) && has(7)) {
    plot log using 1:5 with lines lw 2 lc rgb '#1f77b4' title 'training', \
         log using 1:7 with lines lw 2 lc rgb '#d62728' title 'validation'
} else { if (has(5)) {
    plot log using 1:5 with lines lw 2 lc rgb '#1f77b4' title 'training'
} else { if (has(7)) {
    plot log using 1:7 with lines lw 2 lc rgb '#d62728' title 'validation'
} } }
unset multiplot
