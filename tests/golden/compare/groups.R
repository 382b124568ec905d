# Makes groups.csv: differences between groups of the designs in ../survey/designs.csv, by svyttest on the two groups.
# R 4.2.2, survey 4.1-1 (Debian bookworm). Run: Rscript groups.R, in this folder.
suppressMessages(library(survey))
all <- read.csv("../survey/designs.csv")
make_design <- function(kind, d) switch(kind,
  simple = svydesign(id = ~1, weights = ~weight, data = d),
  simple_fpc = svydesign(id = ~1, weights = ~weight, fpc = ~fpc1, data = d),
  strata = , zero_weights = svydesign(id = ~1, strata = ~stratum, weights = ~weight, data = d),
  strata_fpc = , strata_fraction = , lonely_certainty = , lonely_adjust = svydesign(id = ~1, strata = ~stratum, weights = ~weight, fpc = ~fpc1, data = d),
  psu = svydesign(id = ~psu, weights = ~weight, data = d),
  psu_strata_fpc = svydesign(id = ~psu, strata = ~stratum, weights = ~weight, fpc = ~fpc1, nest = TRUE, data = d),
  two_stage = svydesign(id = ~psu + ssu, weights = ~weight, fpc = ~fpc1 + fpc2, data = d))
E <- NULL
for (k in unique(all$design)) {
  d <- all[all$design == k, ]; kind <- d$kind[1]
  options(survey.lonely.psu = switch(kind, lonely_certainty = "certainty", lonely_adjust = "adjust", "fail"))
  d$stratum <- factor(d$stratum)
  s <- subset(make_design(kind, d), weight > 0)
  for (by in c("g", "h")) {
    groups <- sort(unique(d[[by]]))
    for (i in seq_along(groups)) for (j in seq_along(groups)) if (i < j) for (what in c("y", "x")) {
      two <- subset(s, d[rownames(s$variables), by] %in% groups[c(i, j)])
      two$variables$one <- as.numeric(two$variables[[by]] == groups[i])
      t <- tryCatch(svyttest(reformulate("one", what), two), error = function(e) NULL)
      if (is.null(t) || is.na(t$statistic) || t$parameter < 1) next
      E <- rbind(E, data.frame(design = k, kind = kind, by = by, what = what, a = groups[i], b = groups[j], difference = t$estimate, statistic = t$statistic, df = t$parameter, p = t$p.value))
    }
  }
}
write.csv(format(E, digits = 15, trim = TRUE), "groups.csv", row.names = FALSE, quote = FALSE)
