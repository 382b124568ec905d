using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Citx.Tests
{
    /// <summary>What hosts can see.</summary>
    internal static class SurfaceTests
    {
        public static void NoPublicMemberShowsAPointerOrHandle()
        {
            List<string> wrong = new List<string>();
            foreach (Type type in typeof(Population).Assembly.GetExportedTypes())
            {
                Check.Equal("Citx", type.Namespace, type.FullName);
                foreach (MemberInfo member in type.GetMembers().Where(member => member.DeclaringType.Assembly == type.Assembly))
                {
                    if (TypesOf(member).Any(IsNative))
                    {
                        wrong.Add(type.Name + "." + member.Name);
                    }
                }
            }
            Check.True(wrong.Count == 0, string.Join(", ", wrong));
        }

        public static void WhatHoldsAHandleCanBeDisposed()
        {
            foreach (Type type in typeof(Population).Assembly.GetExportedTypes().Where(type => type != typeof(Estimate)))
            {
                bool holds = type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Any(field => typeof(SafeHandle).IsAssignableFrom(field.FieldType));
                Check.True(!holds || typeof(IDisposable).IsAssignableFrom(type), type.Name + " cannot be disposed");
                Check.True(!holds || type.IsSealed, type.Name + " is not sealed");
            }
        }

        public static void TheAssemblyNeedsOnlyTheClassLibrary()
        {
            string[] allowed = { "mscorlib", "System", "System.Core", "System.Data", "System.Xml", "netstandard" };
            foreach (AssemblyName name in typeof(Population).Assembly.GetReferencedAssemblies())
            {
                bool runtime = name.Name.StartsWith("System.", StringComparison.Ordinal);
                Check.True(allowed.Contains(name.Name) || runtime, name.Name);
            }
        }

        private static bool IsNative(Type type)
        {
            return type == typeof(IntPtr) || type == typeof(UIntPtr) || type.IsPointer || typeof(SafeHandle).IsAssignableFrom(type);
        }

        private static IEnumerable<Type> TypesOf(MemberInfo member)
        {
            MethodBase method = member as MethodBase;
            PropertyInfo property = member as PropertyInfo;
            FieldInfo field = member as FieldInfo;
            MethodInfo function = member as MethodInfo;
            IEnumerable<Type> types = method == null ? new Type[0] : method.GetParameters().Select(parameter => parameter.ParameterType);
            return types.Concat(new[] { function?.ReturnType, property?.PropertyType, field?.FieldType }.Where(type => type != null));
        }
    }
}
