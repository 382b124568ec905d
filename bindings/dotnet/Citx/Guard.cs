namespace Citx
{
    internal static class Guard
    {
        internal static T NotNull<T>(T argument, string name)
            where T : class
        {
            if (argument == null)
            {
                throw CitxException.Argument("the argument `" + name + "` is null");
            }
            return argument;
        }
    }
}
