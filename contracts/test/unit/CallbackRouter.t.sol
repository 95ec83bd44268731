// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobState} from "../../src/interfaces/AssayTypes.sol";
import {ICallbackRouter} from "../../src/interfaces/ICallbackRouter.sol";
import {CallbackWorld, Callee} from "../CallbackWorld.sol";

contract CallbackRouterTest is CallbackWorld {
    function test_constructor_refusesNoMarket() public {
        vm.expectRevert(ICallbackRouter.ZeroAddress.selector);
        deploy("CallbackRouter.sol:CallbackRouter", abi.encode(address(0)));
    }

    function test_deliver_refusesAnOrderWithoutACallback() public {
        (ICallbackRouter.Shown memory shown,) = _shown(JobState.FINAL);
        shown.order.callback = address(0);
        vm.expectRevert(ICallbackRouter.NoCallback.selector);
        router.deliver(shown);
    }

    function test_deliver_refusesMoreGasThanAnybodyWouldGive() public {
        (ICallbackRouter.Shown memory shown,) = _shown(JobState.FINAL);
        shown.order.callbackGas = 5_000_001;
        vm.expectRevert(abi.encodeWithSelector(ICallbackRouter.CallbackGasTooHigh.selector, 5_000_001, 5_000_000));
        router.deliver(shown);
    }

    /// @dev A call to nothing succeeds: the result would be gone.
    function test_deliver_refusesACallbackThatIsNoContractYet() public {
        (ICallbackRouter.Shown memory shown,) = _shown(JobState.FINAL);
        shown.order.callback = address(0xbeef);
        vm.expectRevert(abi.encodeWithSelector(ICallbackRouter.CallbackIsNoContract.selector, address(0xbeef)));
        router.deliver(shown);
    }

    function test_deliver_refusesEveryStateButFinal() public {
        for (uint256 state = 0; state <= uint256(JobState.EXPIRED); ++state) {
            if (state == uint256(JobState.FINAL)) continue;
            (ICallbackRouter.Shown memory shown, uint64 jobId) = _shown(JobState(state));
            vm.expectRevert(abi.encodeWithSelector(ICallbackRouter.NotFinal.selector, jobId, JobState(state)));
            router.deliver(shown);
        }
    }

    function test_deliver_refusesAnotherOutcomeThanReported() public {
        (ICallbackRouter.Shown memory shown, uint64 jobId) = _shown(JobState.FINAL);
        shown.outcome.paid = 1;
        vm.expectRevert(abi.encodeWithSelector(ICallbackRouter.WrongJob.selector, jobId));
        router.deliver(shown);
    }

    function test_deliver_refusesAnotherOffersHash() public {
        (ICallbackRouter.Shown memory shown, uint64 jobId) = _shown(JobState.FINAL);
        shown.offerHash = keccak256("other");
        vm.expectRevert(abi.encodeWithSelector(ICallbackRouter.WrongJob.selector, jobId));
        router.deliver(shown);
    }

    /// @dev Another Order is another job, which nobody reported: so nobody else's callback can be put in.
    function test_deliver_refusesAnotherCallbackThanOrdered() public {
        (ICallbackRouter.Shown memory shown,) = _shown(JobState.FINAL);
        shown.order.callback = address(new Callee());
        vm.expectPartialRevert(ICallbackRouter.NotFinal.selector);
        router.deliver(shown);
    }

    function test_deliver_refusesRootsThatAreNotTheResults() public {
        (ICallbackRouter.Shown memory shown,) = _shown(JobState.FINAL);
        shown.plaintextRoot = keccak256("forged");
        vm.expectPartialRevert(ICallbackRouter.WrongRoots.selector);
        router.deliver(shown);
    }

    function test_deliver_refusesLessGasThanOrdered() public {
        (ICallbackRouter.Shown memory shown,) = _shown(JobState.FINAL);
        vm.expectPartialRevert(ICallbackRouter.NotEnoughGas.selector);
        router.deliver{gas: 560_000}(shown);
        assertEq(callee.calls(), 0);
    }

    function test_deliver_refusesASecondTime() public {
        (ICallbackRouter.Shown memory shown, uint64 jobId) = _shown(JobState.FINAL);
        assertTrue(router.deliver(shown));
        vm.expectRevert(abi.encodeWithSelector(ICallbackRouter.AlreadyDelivered.selector, jobId));
        router.deliver(shown);
        assertEq(callee.calls(), 1);
    }

    function test_deliver_handsInTheOutcome() public {
        (ICallbackRouter.Shown memory shown, uint64 jobId) = _shown(JobState.FINAL);
        bytes32 orderHash = jobs.hashOrder(shown.order);
        vm.expectEmit(address(router));
        emit ICallbackRouter.ResultDelivered(jobId, orderHash, address(callee));
        assertTrue(router.deliver(shown));
        assertTrue(router.isDelivered(jobId));
        assertEq(callee.jobId(), jobId);
        assertEq(callee.code(), 1);
        assertEq(callee.plaintextRoot(), shown.plaintextRoot);
    }

    function test_deliver_ofAJobWithoutAResultHasNoRoots() public {
        (ICallbackRouter.Shown memory shown,) = _shown(JobState.FINAL);
        shown.outcome.code = 3;
        shown.outcome.paid = 0;
        shown.outcome.resultHash = 0;
        shown.ciphertextRoot = 0;
        shown.plaintextRoot = 0;
        _report(shown, JobState.FINAL);
        assertTrue(router.deliver(shown));
        assertEq(callee.code(), 3);
    }

    /// @dev Whatever gas the caller sends: either refused, or the callee has exactly what it ordered.
    function testFuzz_deliver_theCalleeGetsExactlyItsGas(uint256 sent) public {
        sent = bound(sent, 100_000, 2_000_000);
        (ICallbackRouter.Shown memory shown,) = _shown(JobState.FINAL);
        try router.deliver{gas: sent}(shown) returns (bool delivered) {
            assertTrue(delivered);
            // What its dispatch took before it looked.
            assertLe(callee.gasGot(), CALLBACK_GAS);
            assertGe(callee.gasGot(), CALLBACK_GAS - 1_000);
        } catch {
            assertEq(callee.calls(), 0);
            assertLt(sent, 700_000);
        }
    }

    function test_deliver_aFailureChangesNothingAndAnyoneRepeatsIt() public {
        (ICallbackRouter.Shown memory shown, uint64 jobId) = _shown(JobState.FINAL);
        callee.take(Callee.Vice.REVERTS);
        bytes32 orderHash = jobs.hashOrder(shown.order);
        vm.expectEmit(address(router));
        emit ICallbackRouter.DeliveryFailed(
            jobId, orderHash, address(callee), abi.encodeWithSelector(Callee.Unwilling.selector, 7)
        );
        assertFalse(router.deliver(shown));
        assertFalse(router.isDelivered(jobId));
        callee.take(Callee.Vice.NONE);
        vm.prank(makeAddr("stranger"));
        assertTrue(router.deliver(shown));
        assertEq(callee.calls(), 1);
    }

    function test_deliver_survivesACalleeThatBurnsAllItsGas() public {
        (ICallbackRouter.Shown memory shown, uint64 jobId) = _shown(JobState.FINAL);
        callee.take(Callee.Vice.BURNS_GAS);
        uint256 before = gasleft();
        assertFalse(router.deliver{gas: 1_000_000}(shown));
        assertLt(before - gasleft(), CALLBACK_GAS + 100_000);
        assertFalse(router.isDelivered(jobId));
    }

    function test_deliver_copiesLittleOfWhatACalleeReturns() public {
        (ICallbackRouter.Shown memory shown,) = _shown(JobState.FINAL);
        callee.take(Callee.Vice.REVERT_BOMB);
        uint256 before = gasleft();
        assertFalse(router.deliver{gas: 700_000}(shown));
        assertLt(before - gasleft(), CALLBACK_GAS + 100_000);
        callee.take(Callee.Vice.RETURN_BOMB);
        assertTrue(router.deliver{gas: 700_000}(shown));
    }

    function test_deliver_cannotBeEnteredAgainFromTheCallback() public {
        (ICallbackRouter.Shown memory shown, uint64 jobId) = _shown(JobState.FINAL);
        callee.takeReentering(abi.encodeCall(router.deliver, (shown)));
        assertFalse(router.deliver(shown));
        assertFalse(router.isDelivered(jobId));
        assertEq(callee.calls(), 0, "undone with the failed call");
    }

    function test_theRouterTakesNoMoney() public {
        vm.deal(address(this), 1 ether);
        (bool done,) = address(router).call{value: 1}("");
        assertFalse(done);
    }
}
