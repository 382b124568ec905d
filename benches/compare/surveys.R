# Surveys in R: Rscript surveys.R ANSWERS.csv. Shares of 4 and 5 of each question, overall and by three groups, with standard errors; raking
# to five margins of few categories (m) and of many (n), whose shares grow as 1, 2, 3, ... Prints one line of JSON for surveys.py.
suppressPackageStartupMessages(library(survey))
d <- read.csv(commandArgs(TRUE)[1], stringsAsFactors = TRUE)
cpu <- function(call) { t <- system.time(call); t[["user.self"]] + t[["sys.self"]] }
values <- errors <- 0
add <- function(made) { values <<- values + sum(coef(made)); errors <<- errors + sum(SE(made)) }
scores <- cpu(for (at in 1:12) {
  d$y <- as.numeric(d[[paste0("q", at)]] >= 4)
  answered <- svydesign(ids = ~1, weights = ~weight, data = d[!is.na(d$y), ])
  add(svymean(~y, answered))
  for (group in c("g1", "g2", "g3")) add(svyby(~y, reformulate(group), answered, svymean))
})
rake_of <- function(prefix) {
  names <- paste0(prefix, 1:5)
  design <- svydesign(ids = ~1, weights = ~weight, data = d)
  totals <- lapply(names, function(name) {
    labels <- sort(levels(d[[name]])); shares <- seq_along(labels)
    setNames(data.frame(labels, Freq = sum(d$weight) * shares / sum(shares)), c(name, "Freq"))
  })
  raked <- NULL
  time <- cpu(raked <- rake(design, lapply(names, reformulate), totals, control = list(maxit = 50, epsilon = 1e-9)))
  w <- weights(raked)
  c(time, length(w) * sum(w^2) / sum(w)^2)
}
few <- rake_of("m"); many <- rake_of("n")
cat(sprintf('{"scores": %.6f, "values": %.15g, "errors": %.15g, "few": %.6f, "few_deff": %.15g, "many": %.6f, "many_deff": %.15g}\n',
            scores, values, errors, few[1], few[2], many[1], many[2]))
