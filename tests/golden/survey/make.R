# Makes designs.csv and expected.csv: random survey designs and what R survey makes of them.
# R 4.2.2, survey 4.1-1 (Debian bookworm). Run: Rscript make.R, in this folder.
suppressMessages(library(survey))
options(digits = 15, survey.lonely.psu = "fail")
set.seed(20261122)
num <- function(x) ifelse(is.na(x), "", sprintf("%.15g", x))

random_design <- function(k) {
  kind <- c("simple", "simple_fpc", "strata", "strata_fpc", "strata_fraction", "psu", "psu_strata_fpc", "two_stage", "zero_weights", "lonely_certainty", "lonely_adjust")[(k - 1) %% 11 + 1]
  clustered <- kind %in% c("psu", "psu_strata_fpc", "two_stage")
  stratified <- grepl("strata|lonely|zero", kind)
  d <- NULL
  for (h in seq_len(if (stratified) sample(2:5, 1) else 1)) {
    m <- if (clustered) sample(3:7, 1) else 1
    per <- if (clustered) sample(2:6, m, replace = TRUE) else sample(4:25, 1)
    s <- data.frame(stratum = h, psu = rep(seq_len(m), per), ssu = unlist(lapply(per, seq_len)))
    s$fpc1 <- if (clustered) m * sample(2:6, 1) else nrow(s) * runif(1, 1, 4)
    s$fpc2 <- rep(per * sample(1:4, m, replace = TRUE), per)
    if (kind == "strata_fraction") s$fpc1 <- runif(1, .05, .9)
    d <- rbind(d, s)
  }
  if (grepl("lonely", kind)) { one <- d[1, ]; one$stratum <- 9; one$fpc1 <- 3; d <- rbind(d, one) }
  n <- nrow(d)
  d$weight <- round(exp(rnorm(n, 2, .6)), 3)
  if (kind == "zero_weights") d$weight[sample(n, 3)] <- 0
  if (kind == "two_stage") d$weight <- d$fpc1 / ave(d$psu, d$stratum, FUN = function(p) length(unique(p))) * d$fpc2 / ave(d$ssu, d$stratum, d$psu, FUN = length)
  d$y <- round(rnorm(n, 50, 10) + 3 * d$stratum, 2)
  d$y[sample(n, max(1, n %/% 12))] <- NA
  d$x <- rbinom(n, 1, plogis(rnorm(n, .3, .5)))
  d$answer <- sample(c(1:5, 9), n, replace = TRUE, prob = c(3, 4, 2, 2, 1, 1.5))
  d$g <- sample(c("a", "b", "c"), n, replace = TRUE, prob = c(.6, .35, .05))
  d$h <- sample(c("u", "v"), n, replace = TRUE)
  d <- d[sample(n), ]
  list(kind = kind, data = cbind(design = k, kind = kind, d))
}

make_design <- function(kind, d) switch(kind,
  simple = svydesign(id = ~1, weights = ~weight, data = d),
  simple_fpc = svydesign(id = ~1, weights = ~weight, fpc = ~fpc1, data = d),
  strata = , zero_weights = svydesign(id = ~1, strata = ~stratum, weights = ~weight, data = d),
  strata_fpc = , strata_fraction = , lonely_certainty = , lonely_adjust = svydesign(id = ~1, strata = ~stratum, weights = ~weight, fpc = ~fpc1, data = d),
  psu = svydesign(id = ~psu, weights = ~weight, data = d),
  psu_strata_fpc = svydesign(id = ~psu, strata = ~stratum, weights = ~weight, fpc = ~fpc1, nest = TRUE, data = d),
  two_stage = svydesign(id = ~psu + ssu, weights = ~weight, fpc = ~fpc1 + fpc2, data = d))

E <- NULL
add <- function(k, what, group, s, figure) {
  m <- svymean(figure, s, deff = "replace")
  v <- as.numeric(vcov(m)); p <- as.numeric(coef(m)); df <- degf(s)
  w <- weights(s, "sampling")
  row <- data.frame(design = k, what = what, group = group, n = sum(w != 0), value = num(p), se = num(sqrt(v)), df = df, n_eff = num(sum(w)^2 / sum(w^2)), deff = num(as.numeric(deff(m))))
  t <- if (df > 0) qt(.975, df) else NA
  if (grepl("^mean", what)) {
    ci <- p + c(-1, 1) * t * sqrt(v); row$low <- num(ci[1]); row$high <- num(ci[2]); row$logit_low <- row$logit_high <- ""
  } else {
    ne <- p * (1 - p) / v
    centre <- (p + t^2 / 2 / ne) / (1 + t^2 / ne); half <- t * sqrt(p * (1 - p) / ne + t^2 / 4 / ne^2) / (1 + t^2 / ne)
    ci <- if (p > 0 && p < 1) c(centre - half, centre + half) else c(NA, NA)
    row$low <- num(ci[1]); row$high <- num(ci[2])
    lo <- tryCatch(if (p > 0 && p < 1 && df > 0) attr(suppressWarnings(svyciprop(figure, s, method = "logit")), "ci") else c(NA, NA), error = function(e) c(NA, NA))
    row$logit_low <- num(lo[1]); row$logit_high <- num(lo[2])
  }
  E <<- rbind(E, row)
}
all <- NULL
for (k in 1:44) {
  r <- random_design(k); d <- r$data
  options(survey.lonely.psu = switch(r$kind, lonely_certainty = "certainty", lonely_adjust = "adjust", "fail"))
  d$top <- as.integer(d$answer <= 2)
  s <- make_design(r$kind, d)
  add(k, "mean y", "", subset(s, !is.na(y)), ~y)
  add(k, "share x", "", s, ~x)
  for (g in sort(unique(d$g[d$weight > 0]))) {
    s1 <- s; s1$variables$picked <- d$g == g & !is.na(d$y)
    if (any(!is.na(d$y[d$g == g & d$weight > 0]))) add(k, "mean y by g", g, subset(s1, picked), ~y)
  }
  for (g in c("a", "b", "c")) for (h in c("u", "v")) if (sum(d$g == g & d$h == h & d$weight > 0) > 0) {
    s2 <- s; s2$variables$pick <- d$g == g & d$h == h
    add(k, "share x by g x h", paste(g, "x", h), subset(s2, pick), ~x)
  }
  # Scores of a scale 1..5 with 9 excluded. In a simple design those who answered are the sample; elsewhere they are a domain.
  s3 <- if (r$kind %in% c("simple", "simple_fpc")) {
    kept <- d[d$answer != 9, ]
    # The sampling fraction stays that of all who were asked.
    kept$fraction <- nrow(d) / kept$fpc1
    if (r$kind == "simple") svydesign(id = ~1, weights = ~weight, data = kept) else svydesign(id = ~1, weights = ~weight, fpc = ~fraction, data = kept)
  } else subset(s, answer != 9)
  add(k, "score", "", s3, ~top)
  for (h in c("u", "v")) { s4 <- s3; s4$variables$pick <- s4$variables$h == h; add(k, "score by h", h, subset(s4, pick), ~top) }
  d$top <- NULL
  d$weight <- num(d$weight); d$fpc1 <- num(d$fpc1); d$y <- num(d$y)
  all <- rbind(all, d)
}
write.csv(all, "designs.csv", row.names = FALSE, quote = FALSE, na = "")
write.csv(E, "expected.csv", row.names = FALSE, quote = FALSE, na = "")
cat(nrow(all), "rows,", nrow(E), "estimates\n")
