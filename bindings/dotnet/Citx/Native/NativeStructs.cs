// Written by tools/native_methods.py from include/citx.h: do not edit.

using System;
using System.Runtime.InteropServices;

namespace Citx.Native
{
    /// <summary>`citx_str`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeText
    {
        internal IntPtr Data;
        internal UIntPtr Len;
    }

    /// <summary>`citx_strs`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeTexts
    {
        internal IntPtr Items;
        internal UIntPtr Len;
    }

    /// <summary>`citx_audience_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeAudienceOptions
    {
        internal UIntPtr StructSize;
        internal NativeText Purpose;
        internal NativeTexts Channels;
        internal NativeText Prefer;
        internal NativeText OnePer;
        internal uint CapAtMost;
        internal uint CapDays;
        internal IntPtr CapContacts;
        internal NativeTexts CapKinds;
        internal NativeTexts CapChannels;
        internal NativeText QuietFrom;
        internal NativeText QuietTo;
        internal double Holdout;
        internal ulong Seed;
    }

    /// <summary>`citx_run_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeRunOptions
    {
        internal UIntPtr StructSize;
        internal IntPtr Cancel;
        internal IntPtr Progress;
        internal IntPtr ProgressData;
        internal uint Threads;
        internal ulong MemoryLimit;
    }

    /// <summary>`citx_breakdowns`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeBreakdowns
    {
        internal IntPtr Items;
        internal UIntPtr Len;
    }

    /// <summary>`citx_pair`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativePair
    {
        internal NativeText Name;
        internal NativeText Value;
    }

    /// <summary>`citx_pairs`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativePairs
    {
        internal IntPtr Items;
        internal UIntPtr Len;
    }

    /// <summary>`citx_compare_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeCompareOptions
    {
        internal UIntPtr StructSize;
        internal NativeText Unit;
        internal double Level;
        internal NativeText Interval;
        internal NativeText Test;
        internal uint Fpc;
        internal NativeText Overlap;
        internal ulong MinBase;
    }

    /// <summary>`citx_wave`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeWave
    {
        internal NativeText Name;
        internal IntPtr Survey;
    }

    /// <summary>`citx_waves`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeWaves
    {
        internal IntPtr Items;
        internal UIntPtr Len;
    }

    /// <summary>`citx_rolling_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeRollingOptions
    {
        internal UIntPtr StructSize;
        internal NativeText Unit;
        internal uint Months;
        internal double Level;
        internal ulong MinBase;
    }

    /// <summary>`citx_group_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeGroupOptions
    {
        internal UIntPtr StructSize;
        internal double Level;
        internal NativeText Adjust;
        internal NativeText Reference;
        internal NativeText Group;
        internal NativeText Interval;
        internal ulong MinBase;
    }

    /// <summary>`citx_letter_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeLetterOptions
    {
        internal UIntPtr StructSize;
        internal NativeText Mode;
        internal double Level;
        internal double StrictLevel;
        internal uint Bonferroni;
        internal IntPtr MinBase;
        internal IntPtr SmallBase;
    }

    /// <summary>`citx_controller_profile`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeControllerProfile
    {
        internal UIntPtr StructSize;
        internal NativeText Name;
        internal NativeText Contact;
        internal NativePairs Address;
        internal NativeText Email;
        internal NativeText Phone;
        internal NativeText PolicyUrl;
        internal NativeText Jurisdiction;
        internal NativeText Language;
    }

    /// <summary>`citx_receipt_purpose`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeReceiptPurpose
    {
        internal UIntPtr StructSize;
        internal NativeText Service;
        internal NativeText Purpose;
        internal NativeTexts Categories;
        internal NativeTexts PersonalData;
        internal NativeTexts SensitiveData;
        internal NativeText Termination;
        internal NativeText ThirdParty;
    }

    /// <summary>`citx_processing`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeProcessing
    {
        internal UIntPtr StructSize;
        internal NativeText LawfulBasis;
        internal NativeText ProcessingMethod;
        internal NativeTexts StorageLocations;
        internal NativeTexts ProcessingLocations;
        internal NativeTexts GeographicRestrictions;
        internal NativeText WithdrawalMethod;
        internal NativeTexts PrivacyRights;
        internal NativeTexts CodesOfConduct;
        internal NativeText ImpactAssessment;
        internal NativeText AuthorityParty;
    }

    /// <summary>`citx_fact_columns`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeFactColumns
    {
        internal UIntPtr StructSize;
        internal NativeText Email;
        internal NativeText Phone;
        internal NativeTexts Address;
        internal NativeText BirthDate;
        internal NativeText Deceased;
        internal NativeText PreferredChannel;
        internal NativeText SubscriberKind;
        internal NativeText CollectedAt;
        internal NativeText CollectedHow;
        internal NativeText TpsListedAt;
        internal NativeText TpsScreenedAt;
        internal NativeText MpsListed;
        internal NativeText SafeContact;
        internal NativeText Language;
        internal NativeText Household;
        internal NativeTexts SpecialCategory;
    }

    /// <summary>`citx_sources`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeSources
    {
        internal UIntPtr StructSize;
        internal IntPtr Events;
        internal IntPtr View;
        internal NativeText Key;
        internal IntPtr Facts;
    }

    /// <summary>`citx_cell_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeCellOptions
    {
        internal UIntPtr StructSize;
        internal NativeTexts Categories;
        internal NativeText Count;
        internal NativeText Total;
        internal NativePairs Totals;
        internal NativePairs Hierarchies;
        internal NativeTexts Figures;
        internal NativePairs Shares;
    }

    /// <summary>`citx_suppress_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeSuppressOptions
    {
        internal UIntPtr StructSize;
        internal ulong Width;
        internal double Percent;
        internal uint KnowsPrimary;
        internal uint IgnoreSingletons;
        internal IntPtr Floor;
        internal ulong LineTotal;
    }

    /// <summary>`citx_tables`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeTables
    {
        internal IntPtr Items;
        internal UIntPtr Len;
    }

    /// <summary>`citx_audit_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeAuditOptions
    {
        internal UIntPtr StructSize;
        internal NativeText Suppressed;
        internal IntPtr Rule;
        internal ulong Width;
        internal double Percent;
        internal uint KnowsPrimary;
        internal UIntPtr MaxCells;
        internal IntPtr Floor;
    }

    /// <summary>`citx_driver_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeDriverOptions
    {
        internal UIntPtr StructSize;
        internal NativeText Missing;
        internal NativeText Coding;
        internal IntPtr Replicates;
        internal ulong Seed;
        internal double Level;
    }

    /// <summary>`citx_event_columns`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeEventColumns
    {
        internal UIntPtr StructSize;
        internal NativeText Citizen;
        internal NativeText Kind;
        internal NativeText At;
        internal NativeText Channel;
        internal NativeText Value;
        internal NativeText TimeZone;
    }

    /// <summary>`citx_feature_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeFeatureOptions
    {
        internal UIntPtr StructSize;
        internal IntPtr Windows;
        internal UIntPtr WindowsLen;
        internal NativeTexts Kinds;
    }

    /// <summary>`citx_score_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeScoreOptions
    {
        internal UIntPtr StructSize;
        internal double Level;
        internal ulong MinBase;
        internal NativeText Method;
        internal NativeText DeffReference;
    }

    /// <summary>`citx_numbers`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeNumbers
    {
        internal IntPtr Items;
        internal UIntPtr Len;
    }

    /// <summary>`citx_quantile_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeQuantileOptions
    {
        internal UIntPtr StructSize;
        internal NativeText Rule;
        internal NativeText Method;
        internal double Level;
        internal ulong MinBase;
    }

    /// <summary>`citx_index_columns`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeIndexColumns
    {
        internal UIntPtr StructSize;
        internal NativeText Citizen;
        internal NativeText At;
        internal NativeText Kind;
        internal NativeText Value;
        internal NativeText Channel;
        internal NativeText Service;
        internal NativeText Id;
    }

    /// <summary>`citx_scale_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeScaleOptions
    {
        internal UIntPtr StructSize;
        internal NativeTexts Answers;
        internal NativeTexts Positive;
        internal NativeTexts Negative;
        internal NativeTexts Excluded;
        internal NativePairs Spellings;
        internal NativeText Figure;
        internal NativeNumbers Values;
        internal IntPtr DivideBy;
        internal IntPtr Times;
        internal IntPtr Decimals;
        internal NativeText Polarity;
        internal NativeText Definition;
    }

    /// <summary>`citx_period`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativePeriod
    {
        internal double Numerator;
        internal double Denominator;
    }

    /// <summary>`citx_periods`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativePeriods
    {
        internal IntPtr Items;
        internal UIntPtr Len;
    }

    /// <summary>`citx_event`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeEvent
    {
        internal UIntPtr StructSize;
        internal NativeText Citizen;
        internal NativeText Purpose;
        internal NativeText Channel;
        internal NativeText Status;
        internal NativeText CapturedAt;
        internal NativeText Method;
        internal NativeText Contact;
        internal NativeText Topic;
        internal NativeText Scope;
        internal NativeText Notice;
        internal NativeText EvidenceRef;
        internal NativeText ValidFrom;
        internal NativeText ValidUntil;
        internal NativeText Actor;
        internal NativeText Jurisdiction;
        internal NativeText Source;
        internal NativeText IdempotencyKey;
    }

    /// <summary>`citx_question`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeQuestion
    {
        internal UIntPtr StructSize;
        internal NativeText Citizen;
        internal NativeText Purpose;
        internal NativeText Channel;
        internal NativeText Topic;
        internal IntPtr Facts;
    }

    /// <summary>`citx_value`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeValue
    {
        internal uint Type;
        internal long Integer;
        internal double Number;
        internal NativeText Text;
    }

    /// <summary>`citx_values`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeValues
    {
        internal IntPtr Items;
        internal UIntPtr Len;
    }

    /// <summary>`citx_live_event`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeLiveEvent
    {
        internal UIntPtr StructSize;
        internal NativeText Citizen;
        internal NativeText Kind;
        internal NativeText At;
        internal NativeText Channel;
        internal IntPtr Value;
        internal NativeText Id;
    }

    /// <summary>`citx_management_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeManagementOptions
    {
        internal UIntPtr StructSize;
        internal NativeText Measure;
        internal NativeText Part;
        internal NativeText Tenure;
        internal NativeText Numerator;
        internal NativeText Denominator;
        internal NativeText Symbol;
        internal NativeText Unit;
    }

    /// <summary>`citx_bitmap`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeBitmap
    {
        internal NativeText Name;
        internal IntPtr Data;
        internal UIntPtr Len;
    }

    /// <summary>`citx_bitmaps`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeBitmaps
    {
        internal IntPtr Items;
        internal UIntPtr Len;
    }

    /// <summary>`citx_purpose`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativePurpose
    {
        internal UIntPtr StructSize;
        internal NativeText Name;
        internal NativeText MessageClass;
        internal NativeText Basis;
        internal NativePairs Constants;
    }

    /// <summary>`citx_quiet_hours`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeQuietHours
    {
        internal UIntPtr StructSize;
        internal NativeText Start;
        internal NativeText End;
        internal NativeTexts Days;
        internal NativeTexts ChannelKinds;
        internal NativeTexts MessageClasses;
    }

    /// <summary>`citx_frequency_cap`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeFrequencyCap
    {
        internal UIntPtr StructSize;
        internal uint AtMost;
        internal NativeText Within;
        internal NativeTexts ChannelKinds;
        internal NativeTexts MessageClasses;
    }

    /// <summary>`citx_read_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeReadOptions
    {
        internal UIntPtr StructSize;
        internal NativePairs Types;
        internal NativeText Encoding;
        internal NativeText Sheet;
        internal NativeText OnError;
    }

    /// <summary>`citx_tokens`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeTokens
    {
        internal UIntPtr StructSize;
        internal IntPtr Token;
        internal IntPtr Data;
    }

    /// <summary>`citx_total`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeTotal
    {
        internal NativeText Name;
        internal double Total;
    }

    /// <summary>`citx_totals`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeTotals
    {
        internal IntPtr Items;
        internal UIntPtr Len;
    }

    /// <summary>`citx_tally`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeTally
    {
        internal NativeText Name;
        internal ulong Count;
    }

    /// <summary>`citx_tallies`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeTallies
    {
        internal IntPtr Items;
        internal UIntPtr Len;
    }

    /// <summary>`citx_draw_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeDrawOptions
    {
        internal UIntPtr StructSize;
        internal NativeText Strata;
        internal NativeText Allocation;
        internal NativeTotals Spread;
        internal NativeTallies Numbers;
        internal NativeText OnePer;
        internal ulong Seed;
    }

    /// <summary>`citx_signal`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeSignal
    {
        internal UIntPtr StructSize;
        internal NativeText Citizen;
        internal NativeText At;
        internal NativeText Channel;
        internal NativeText Contact;
        internal NativeText Source;
    }

    /// <summary>`citx_opt_outs`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeOptOuts
    {
        internal UIntPtr StructSize;
        internal NativeTexts Sale;
        internal NativeTexts Sharing;
        internal NativeTexts TargetedAdvertising;
        internal NativeText Status;
    }

    /// <summary>`citx_survey_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeSurveyOptions
    {
        internal UIntPtr StructSize;
        internal IntPtr Instrument;
        internal NativePairs Questions;
        internal NativeText Key;
        internal NativeText Weights;
        internal NativeText Strata;
        internal NativeTexts Psu;
        internal NativeTexts Fpc;
        internal ulong FrameSize;
        internal NativeText Selection;
        internal NativeText Mode;
        internal NativeText CollectedAt;
        internal NativeText LonelyPsu;
        internal NativeText Base;
        internal NativeText BaseKey;
    }

    /// <summary>`citx_counts_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeCountsOptions
    {
        internal UIntPtr StructSize;
        internal IntPtr Instrument;
        internal NativeText Unit;
        internal NativeText Measure;
        internal NativeText Answer;
        internal NativeText Count;
        internal NativeText FrameSize;
        internal NativeText Selection;
        internal NativeText Base;
    }

    /// <summary>`citx_replicate_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeReplicateOptions
    {
        internal UIntPtr StructSize;
        internal NativeTexts Columns;
        internal NativeText Kind;
        internal IntPtr Scale;
        internal NativeNumbers Rscales;
        internal double Rho;
        internal uint Factors;
        internal uint Mse;
    }

    /// <summary>`citx_perception_part`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativePerceptionPart
    {
        internal UIntPtr StructSize;
        internal NativeText Tenure;
        internal IntPtr Survey;
        internal NativeText Unit;
        internal IntPtr Population;
        internal IntPtr Achieved;
        internal NativeText Selection;
        internal NativeTallies Modes;
        internal NativePairs Filters;
        internal IntPtr Targets;
        internal NativeText Household;
        internal IntPtr Excluded;
        internal NativeTotals Unweighted;
        internal NativeText PreviousMode;
        internal NativePairs Approach;
    }

    /// <summary>`citx_perception_parts`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativePerceptionParts
    {
        internal IntPtr Items;
        internal UIntPtr Len;
    }

    /// <summary>`citx_tsm_return_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeTsmReturnOptions
    {
        internal UIntPtr StructSize;
        internal NativeText Landlord;
        internal NativeText Year;
        internal NativeText LandlordType;
        internal NativeText BenchmarkYear;
        internal IntPtr LcraHomes;
        internal IntPtr LchoHomes;
        internal double Level;
    }

    /// <summary>`citx_uplift_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeUpliftOptions
    {
        internal UIntPtr StructSize;
        internal NativeText Arm;
        internal NativeText Outcome;
        internal NativeText Control;
        internal NativeText Cluster;
        internal NativeText By;
        internal double Level;
    }

    /// <summary>`citx_margin`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeMargin
    {
        internal NativeTexts By;
        internal NativeTotals Totals;
    }

    /// <summary>`citx_margins`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeMargins
    {
        internal IntPtr Items;
        internal UIntPtr Len;
    }

    /// <summary>`citx_rake_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeRakeOptions
    {
        internal UIntPtr StructSize;
        internal double Tolerance;
        internal UIntPtr MaxIterations;
    }

    /// <summary>`citx_calibrate_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeCalibrateOptions
    {
        internal UIntPtr StructSize;
        internal NativeMargins Margins;
        internal NativeTotals Totals;
        internal IntPtr Population;
        internal NativeText Distance;
        internal IntPtr Bounds;
        internal double Tolerance;
        internal UIntPtr MaxIterations;
    }

    /// <summary>`citx_trim_options`.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal partial struct NativeTrimOptions
    {
        internal UIntPtr StructSize;
        internal IntPtr Lower;
        internal IntPtr Upper;
        internal NativeText Of;
        internal NativeText Rule;
    }
}
