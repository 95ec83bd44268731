// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CourtWorld, IDisputeCourt, JobState} from "../CourtWorld.sol";

interface IFreeDemands {
    error NoPlaceLeft();

    function creditOf(address account) external view returns (uint256);
    function give(address account, uint256 amount) external;
    function demand(uint64 jobId) external;
    function answerRightly(address provider) external;
}

interface IEndlessDemand {
    error StillOpen();

    function demand(uint64 jobId) external;
    function settle(uint64 jobId) external view;
}

interface IProversSeed {
    function isRight(bytes32 seedOfRound, uint256 n, uint32 i, uint32 j, int256 entry) external view returns (bool);
}

/// @title Mistakes of others about disputes
contract CourtPocTest is CourtWorld {
    /// @dev A capped number of challenges, used up by the provider's friend for nothing.
    function test_poc_aFriendUsesUpTheChallenges() public {
        IFreeDemands mistaken = IFreeDemands(deploy("FreeDemands.sol:FreeDemands", ""));
        mistaken.give(stranger.addr, 4e6);
        for (uint256 k = 0; k < 2; ++k) {
            vm.prank(stranger.addr);
            mistaken.demand(JOB);
            mistaken.answerRightly(provider.addr);
        }
        assertEq(mistaken.creditOf(stranger.addr) + mistaken.creditOf(provider.addr), 4e6, "exploited: for nothing");
        vm.prank(challenger.addr);
        vm.expectRevert(IFreeDemands.NoPlaceLeft.selector);
        mistaken.demand(JOB);

        // Here the friends burn half of every bond, each twice the last; and the honest one deposits no more than that.
        _fundCredit(stranger.addr, 100e6);
        Work memory work = _work(JOB, 64, 1, 3, 4, 0);
        bytes memory shown = _shown(JOB);
        for (uint256 k = 0; k < 4; ++k) {
            vm.prank(stranger.addr);
            court.demandOpening(shown, work.commit, work.signed, 0, 3, 4);
            court.answerOpening(shown, uint8(k), work.commit, work.opening);
        }
        uint256 lost = 100e6 - vault.creditOf(stranger.addr) - vault.creditOf(provider.addr);
        (uint96 next,) = court.bondsOf(JOB, PRICE);
        assertGe(lost * 3, next);
        Work memory wrong = _work(JOB, 64, 1, 5, 6, 1);
        assertEq(_demand(wrong), 4);
        court.answerOpening(shown, 4, wrong.commit, wrong.opening);
        assertRuling(FRAUD, 0, challenger.addr);
        assertEq(vault.creditOf(challenger.addr), 1_000e6, "and gets it back");
    }

    /// @dev GOALS: states with no way out. Silence after a demand.
    function test_poc_aDemandThatNobodyAnswers() public {
        IEndlessDemand mistaken = IEndlessDemand(deploy("EndlessDemand.sol:EndlessDemand", ""));
        mistaken.demand(JOB);
        skip(10_000 days);
        vm.expectRevert(IEndlessDemand.StillOpen.selector);
        mistaken.settle(JOB); // exploited: for ever

        _put(JOB, OK, PRICE);
        _demand(_work(JOB, 64, 1, 3, 4, 0));
        skip(301);
        vm.prank(stranger.addr);
        court.closeSilent(_shown(JOB), 0);
        assertState(JOB, JobState.FINAL);
        assertRuling(FRAUD, 0, challenger.addr);
    }

    /// @dev Whoever is silent must not reach another default first.
    function test_poc_theSilentOneCallsTheOtherDefault() public {
        skip(WINDOW_S);
        _demand(_work(JOB, 64, 1, 3, 4, 0));
        skip(301);
        bytes memory shown = _shown(JOB);
        vm.prank(provider.addr);
        vm.expectRevert();
        settlement.expireDispute(shown);
        court.closeSilent(shown, 0);
        assertRuling(FRAUD, 0, challenger.addr);
    }

    /// @dev GOALS: trusting the prover's own numbers. With a seed of his choice some work is right.
    function test_poc_aSeedOfTheProversChoice() public {
        Work memory work = _work(JOB, 64, 2, 3, 4, 0);
        IProversSeed mistaken = IProversSeed(deploy("ProversSeed.sol:ProversSeed", ""));
        bytes32 chosen = keccak256("work that was done once, for another job");
        assertTrue(mistaken.isRight(chosen, 64, 3, 4, gemm.ofSeed(chosen, 64, 3, 4)), "exploited");

        _demand(work);
        work.opening.previousRoot = chosen;
        bytes memory shown = _shown(JOB);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.WrongPath.selector, "previous"));
        court.answerOpening(shown, 0, work.commit, work.opening);
    }
}
