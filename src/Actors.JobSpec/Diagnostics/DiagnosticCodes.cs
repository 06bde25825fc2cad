namespace Actors.JobSpec;

/// <summary>
/// The stable codes of diagnostics. ACT1xxx: the text isn't HCL or JSON. ACT2xxx: an expression can't be evaluated.
/// ACT3xxx: a block or attribute is not as the job language has it. ACT4xxx: the job breaks a rule. ACT5xxx: it works, but
/// in an old or doubtful way.
/// </summary>
public static class DiagnosticCodes
{
    /// <summary>The file is larger than allowed.</summary>
    public const string TooLarge = "ACT1001";

    /// <summary>A character that has no meaning here.</summary>
    public const string InvalidCharacter = "ACT1002";

    /// <summary>A string, comment, template or heredoc that is not closed.</summary>
    public const string Unclosed = "ACT1003";

    /// <summary>An escape sequence that does not exist.</summary>
    public const string InvalidEscape = "ACT1004";

    /// <summary>A token that can't be here.</summary>
    public const string UnexpectedToken = "ACT1005";

    /// <summary>Blocks or expressions nested too deeply.</summary>
    public const string TooDeep = "ACT1006";

    /// <summary>An attribute set twice in one block.</summary>
    public const string DuplicateAttribute = "ACT1007";

    /// <summary>Text that is not JSON.</summary>
    public const string InvalidJson = "ACT1008";

    /// <summary>A number that can't be represented.</summary>
    public const string InvalidNumber = "ACT1009";

    /// <summary>A heredoc whose introduction is malformed.</summary>
    public const string InvalidHeredoc = "ACT1010";

    /// <summary>A reference to a variable, local or iterator that does not exist.</summary>
    public const string UnknownReference = "ACT2001";

    /// <summary>A function that does not exist.</summary>
    public const string UnknownFunction = "ACT2002";

    /// <summary>A function called with too few or too many arguments.</summary>
    public const string WrongArgumentCount = "ACT2003";

    /// <summary>A function refused its arguments.</summary>
    public const string FunctionFailed = "ACT2004";

    /// <summary>A value of the wrong type for its use in an expression.</summary>
    public const string WrongType = "ACT2005";

    /// <summary>An index or attribute that the value does not have.</summary>
    public const string NoSuchElement = "ACT2006";

    /// <summary>Evaluation was cut off: too many steps or too much text.</summary>
    public const string TooMuchWork = "ACT2007";

    /// <summary>Locals that refer to each other in a circle.</summary>
    public const string CyclicLocals = "ACT2008";

    /// <summary>A variable without value.</summary>
    public const string UnsetVariable = "ACT2009";

    /// <summary>A variable's value breaks its validation.</summary>
    public const string InvalidVariable = "ACT2010";

    /// <summary>A value for a variable that is not declared.</summary>
    public const string UndeclaredVariable = "ACT2011";

    /// <summary>A type expression that is none.</summary>
    public const string InvalidType = "ACT2012";

    /// <summary>An arithmetic operation without result, such as division by zero.</summary>
    public const string InvalidOperation = "ACT2013";

    /// <summary>A function that reads files where that is not allowed.</summary>
    public const string FilesNotAllowed = "ACT2014";

    /// <summary>A null value where one is needed.</summary>
    public const string NullValue = "ACT2015";

    /// <summary>A variable file that can't be read or parsed.</summary>
    public const string InvalidVariableFile = "ACT2016";

    /// <summary>The file has no job block.</summary>
    public const string MissingJob = "ACT3001";

    /// <summary>A block that may be given once is given again.</summary>
    public const string DuplicateBlock = "ACT3002";

    /// <summary>An attribute that the block does not have.</summary>
    public const string UnknownAttribute = "ACT3003";

    /// <summary>A block that does not belong here.</summary>
    public const string UnknownBlock = "ACT3004";

    /// <summary>An attribute of the wrong type.</summary>
    public const string WrongAttributeType = "ACT3005";

    /// <summary>A required attribute is missing.</summary>
    public const string MissingAttribute = "ACT3006";

    /// <summary>A block with too few or too many labels.</summary>
    public const string WrongLabels = "ACT3007";

    /// <summary>Text that is not a duration.</summary>
    public const string InvalidDuration = "ACT3008";

    /// <summary>A number outside its range.</summary>
    public const string OutOfRange = "ACT3009";

    /// <summary>Attributes or blocks that exclude each other.</summary>
    public const string Conflict = "ACT3010";

    /// <summary>A dynamic block that can't be expanded.</summary>
    public const string InvalidDynamicBlock = "ACT3011";

    /// <summary>The job's JSON does not fit.</summary>
    public const string InvalidJobJson = "ACT3012";

    /// <summary>A required name, id or list is missing.</summary>
    public const string Required = "ACT4001";

    /// <summary>A name or id with characters it must not have, or too long.</summary>
    public const string InvalidName = "ACT4002";

    /// <summary>A value that is not one of those allowed.</summary>
    public const string NotAllowed = "ACT4003";

    /// <summary>A number or duration outside its range.</summary>
    public const string RangeRule = "ACT4004";

    /// <summary>Two things of one name where names must differ.</summary>
    public const string DuplicateName = "ACT4005";

    /// <summary>A block that this type of job or place must not have.</summary>
    public const string NotForThisJob = "ACT4006";

    /// <summary>A constraint, affinity or spread that makes no sense.</summary>
    public const string InvalidPlacementRule = "ACT4007";

    /// <summary>A policy whose values contradict each other.</summary>
    public const string InvalidPolicy = "ACT4008";

    /// <summary>A reference to a port, volume or task that does not exist.</summary>
    public const string DanglingReference = "ACT4009";

    /// <summary>A path that leaves the task's directory.</summary>
    public const string EscapingPath = "ACT4010";

    /// <summary>Ports that collide.</summary>
    public const string PortConflict = "ACT4011";

    /// <summary>A service or check that breaks a rule.</summary>
    public const string InvalidService = "ACT4012";

    /// <summary>A cron expression or time zone that is none.</summary>
    public const string InvalidSchedule = "ACT4013";

    /// <summary>A feature that exists in the language but not in this product.</summary>
    public const string NotSupported = "ACT4014";

    /// <summary>More than is allowed in total.</summary>
    public const string LimitExceeded = "ACT4015";

    /// <summary>Something in a task's <c>config</c> that its driver would refuse.</summary>
    public const string DriverConfig = "ACT4016";

    /// <summary>A misspelt name that was understood.</summary>
    public const string Misspelled = "ACT5001";

    /// <summary>A reference in the form of HCL 1, "$attr.x".</summary>
    public const string OldReference = "ACT5002";

    /// <summary>A number for a duration.</summary>
    public const string NumericDuration = "ACT5003";

    /// <summary>Attributes that share a line.</summary>
    public const string SharedLine = "ACT5004";

    /// <summary>Something deprecated that still works.</summary>
    public const string Deprecated = "ACT5005";

    /// <summary>Something that has no effect.</summary>
    public const string Ignored = "ACT5006";

    /// <summary>A value for a variable that is not declared, where that is tolerated.</summary>
    public const string UnusedVariable = "ACT5007";

    /// <summary>A reference that looks like a misspelling and is left to be resolved at run time.</summary>
    public const string DoubtfulReference = "ACT5008";

    /// <summary>Values that are allowed but probably not meant.</summary>
    public const string Doubtful = "ACT5009";
}
