// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobState} from "../../src/interfaces/AssayTypes.sol";
import {CoverState, IInsurancePool} from "../../src/interfaces/IInsurancePool.sol";
import {World} from "../World.sol";

contract InsurancePoolTest is World {
    uint32 private constant TERM = 30 days;
    uint64 private constant JOB = 77; // not known to the market

    IInsurancePool private _pool;

    /// @dev The pool stands where the stake manager's insurance is.
    function setUp() public override {
        super.setUp();
        address made = deploy(
            "InsurancePool.sol:InsurancePool",
            abi.encode(vault, stake, governor.addr, market, address(0), settlement, TERM)
        );
        vm.etch(insurance, made.code);
        _pool = IInsurancePool(insurance);
        _addModule(insurance);
    }

    function test_constructor_refusesZeroAddress() public {
        vm.expectRevert(IInsurancePool.ZeroAddress.selector);
        deploy(
            "InsurancePool.sol:InsurancePool",
            abi.encode(vault, stake, governor.addr, market, address(0), address(0), TERM)
        );
    }

    function test_buy_refusesAPremiumOfNothing() public {
        vm.expectRevert(IInsurancePool.ZeroAmount.selector);
        _pool.buy(JOB, 0, 5);
    }

    function test_buy_refusesALimitBelowThePremium() public {
        vm.expectRevert(abi.encodeWithSelector(IInsurancePool.LimitTooSmall.selector, 4, 5));
        _pool.buy(JOB, 5, 4);
    }

    function test_buy_refusesASecondCover() public {
        _buy(JOB, 1e6, 5e6);
        vm.expectRevert(
            abi.encodeWithSelector(
                IInsurancePool.WrongCoverState.selector, JOB, consumer.addr, CoverState.ACTIVE, CoverState.NONE
            )
        );
        _buy(JOB, 1e6, 5e6);
    }

    function test_buy_refusesAnAcceptedJob() public {
        uint64 jobId = _running().id;
        vm.expectRevert(abi.encodeWithSelector(IInsurancePool.WrongJobState.selector, jobId, uint8(JobState.RUNNING)));
        _buy(jobId, 1e6, 5e6);
    }

    function test_takeBack_refusesAnAcceptedJob() public {
        Job memory made = _assigned();
        _buy(made.id, 1e6, 5e6);
        _accept(made);
        vm.expectRevert(abi.encodeWithSelector(IInsurancePool.WrongJobState.selector, made.id, uint8(JobState.RUNNING)));
        vm.prank(consumer.addr);
        _pool.takeBack(made.id);
    }

    function test_takeBack_givesAllBackBeforeAccept() public {
        uint256 before = vault.creditOf(consumer.addr);
        _buy(JOB, 1e6, 5e6);
        vm.prank(consumer.addr);
        _pool.takeBack(JOB);
        assertEq(vault.creditOf(consumer.addr), before);
        assertEq(_pool.reserved(), 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IInsurancePool.WrongCoverState.selector, JOB, consumer.addr, CoverState.CLOSED, CoverState.ACTIVE
            )
        );
        vm.prank(consumer.addr);
        _pool.takeBack(JOB);
    }

    function test_noteFault_refusesStrangers() public {
        vm.expectRevert(abi.encodeWithSelector(IInsurancePool.NotReporter.selector, address(this)));
        _pool.noteFault(JOB, consumer.addr, 5);
        vm.expectRevert(abi.encodeWithSelector(IInsurancePool.NotReporter.selector, address(0)));
        vm.prank(address(0)); // there is no second market
        _pool.noteFault(JOB, consumer.addr, 5);
    }

    function test_noteFault_ofAJobWithoutCoverDoesNothing() public {
        vm.prank(address(settlement));
        _pool.noteFault(JOB, consumer.addr, 5);
        assertEq(_pool.reserved(), 0);
    }

    function test_noteFault_paysNobodyWhoIsNotTheConsumer() public {
        vm.prank(address(market));
        vault.takeCredit(consumer.addr, 2e6);
        vm.prank(address(market));
        vault.giveCredit(stranger.addr, 2e6);
        vm.prank(stranger.addr);
        _pool.buy(JOB, 1e6, 5e6);
        vm.prank(address(settlement));
        _pool.noteFault(JOB, consumer.addr, 5e6);
        vm.expectRevert(
            abi.encodeWithSelector(
                IInsurancePool.WrongCoverState.selector, JOB, stranger.addr, CoverState.ACTIVE, CoverState.FAULTED
            )
        );
        _pool.pay(JOB, stranger.addr);
    }

    function test_pay_refusesWithoutAFault() public {
        _buy(JOB, 1e6, 5e6);
        vm.expectRevert(
            abi.encodeWithSelector(
                IInsurancePool.WrongCoverState.selector, JOB, consumer.addr, CoverState.ACTIVE, CoverState.FAULTED
            )
        );
        _pool.pay(JOB, consumer.addr);
    }

    function test_pay_givesPremiumAndWhatTheSlashBrought() public {
        _buy(JOB, 1e6, 50e6);
        uint256 before = vault.creditOf(consumer.addr);
        assertEq(_slash(20e6, 0), 10e6);
        assertEq(_pool.pay(JOB, consumer.addr), 11e6);
        assertEq(vault.creditOf(consumer.addr), before + 11e6);
        assertEq(_pool.reserved(), 0);
    }

    function test_pay_givesNoMoreThanTheLimit() public {
        _buy(JOB, 1e6, 4e6);
        _slash(20e6, 0);
        assertEq(_pool.pay(JOB, consumer.addr), 4e6);
        assertEq(_pool.reserved(), 0);
    }

    function test_pay_once() public {
        _buy(JOB, 1e6, 4e6);
        _slash(20e6, 0);
        _pool.pay(JOB, consumer.addr);
        vm.expectRevert(
            abi.encodeWithSelector(
                IInsurancePool.WrongCoverState.selector, JOB, consumer.addr, CoverState.PAID, CoverState.FAULTED
            )
        );
        _pool.pay(JOB, consumer.addr);
    }

    function test_pay_coversARunOutJobWithWhatItsPenaltyContributed() public {
        Job memory made = _assigned();
        _buy(made.id, 1e6, 50e6);
        _accept(made);
        skip(601);
        _expire(made.id);
        (CoverState state,,, uint96 contributed,) = _pool.coverOf(made.id, consumer.addr);
        assertEq(uint256(state), uint256(CoverState.FAULTED));
        assertEq(contributed, PRICE / 20, "half of a tenth of the price");
        assertEq(_pool.pay(made.id, consumer.addr), 1e6 + PRICE / 20);
    }

    function test_noteFault_addsWhatASecondTakingContributed() public {
        _buy(JOB, 1e6, 50e6);
        vm.startPrank(address(settlement));
        _pool.noteFault(JOB, consumer.addr, 0);
        (,,, uint96 contributed) = stake.slash(provider.addr, 0, 20e6, consumer.addr, 0);
        _pool.noteFault(JOB, consumer.addr, contributed);
        vm.stopPrank();
        assertEq(_pool.reserved(), 11e6);
        assertEq(_pool.pay(JOB, consumer.addr), 11e6);
        vm.prank(address(settlement));
        _pool.noteFault(JOB, consumer.addr, 5);
        assertEq(_pool.reserved(), 0, "nothing after it was paid");
    }

    function test_pay_worksAfterThePoolRetired() public {
        _buy(JOB, 1e6, 50e6);
        _slash(20e6, 0);
        vm.prank(governor.addr);
        vault.retireModule(insurance);
        assertEq(_pool.pay(JOB, consumer.addr), 11e6);
    }

    function test_close_refusesBeforeTheTermIsOver() public {
        _buy(JOB, 1e6, 4e6);
        skip(TERM);
        vm.expectRevert(abi.encodeWithSelector(IInsurancePool.TermNotOver.selector, _now(), _now()));
        _pool.close(JOB, consumer.addr);
    }

    function test_close_keepsThePremium() public {
        _buy(JOB, 1e6, 4e6);
        skip(TERM + 1);
        _pool.close(JOB, consumer.addr);
        assertEq(_pool.reserved(), 0);
        assertEq(vault.ledgerOf(insurance), 1e6);
        // A second time it would free what is reserved for others.
        _buy(JOB + 1, 1e6, 4e6);
        vm.expectRevert(
            abi.encodeWithSelector(
                IInsurancePool.WrongCoverState.selector, JOB, consumer.addr, CoverState.CLOSED, CoverState.ACTIVE
            )
        );
        _pool.close(JOB, consumer.addr);
        assertEq(_pool.reserved(), 1e6);
    }

    /// @dev Bit 63 of an id says which market to ask.
    function test_buy_asksTheMeteredMarketAboutItsJobs() public {
        address metered = makeAddr("metered market");
        vm.etch(metered, hex"00");
        IInsurancePool both = IInsurancePool(
            deploy(
                "InsurancePool.sol:InsurancePool",
                abi.encode(vault, stake, governor.addr, market, metered, settlement, TERM)
            )
        );
        uint64 jobId = (1 << 63) | 5;
        vm.mockCall(metered, abi.encodeWithSignature("job(uint64)", jobId), abi.encode(JobState.RUNNING));
        vm.expectRevert(abi.encodeWithSelector(IInsurancePool.WrongJobState.selector, jobId, uint8(JobState.RUNNING)));
        both.buy(jobId, 1e6, 5e6);
    }

    function test_burnSurplus_refusesAnyoneButTheGovernorAndWhatIsReserved() public {
        vm.expectRevert(abi.encodeWithSelector(IInsurancePool.NotGovernor.selector, address(this), governor.addr));
        _pool.burnSurplus();
        _buy(JOB, 1e6, 4e6);
        vm.expectRevert(IInsurancePool.NothingToBurn.selector);
        vm.prank(governor.addr);
        _pool.burnSurplus();
    }

    function test_burnSurplus_leavesWhatIsReserved() public {
        _buy(JOB, 1e6, 50e6);
        _slash(20e6, 0);
        vm.prank(address(settlement));
        stake.slash(provider.addr, 0, 8e6, consumer.addr, 0); // another job's
        vm.prank(governor.addr);
        assertEq(_pool.burnSurplus(), 4e6);
        assertEq(_pool.pay(JOB, consumer.addr), 11e6);
        assertEq(vault.ledgerOf(insurance), 0);
    }

    /// @dev One person is provider, consumer, insured and challenger, and gets the verdict that he likes.
    function testFuzz_selfDealingWithCoverLoses(uint96 premium, uint96 amount, uint96 compensationMax, uint96 backing)
        public
    {
        uint96 delegated = uint96(bound(backing, 0, 200e6));
        if (delegated > 0) _delegateFrom("an honest delegator", delegated);
        uint256 before = _wealth();
        _buy(JOB, uint96(bound(premium, 1, 100e6)), type(uint96).max);
        amount = uint96(bound(amount, 4, uint256(STAKE) + delegated));
        vm.prank(address(settlement));
        (uint96 taken,,, uint96 contributed,) = stake.slashForChallenger(
            provider.addr, 0, amount, consumer.addr, compensationMax, consumer.addr, type(uint96).max
        );
        assertEq(taken, amount);
        vm.prank(address(settlement));
        _pool.noteFault(JOB, consumer.addr, contributed);
        _pool.pay(JOB, consumer.addr);
        uint256 own = amount < STAKE ? amount : STAKE;
        assertLe(_wealth() + own / 4, before, "a quarter of his own stake that was taken, at least");
    }

    function _delegateFrom(string memory name, uint96 amount) private {
        address who = makeAddr(name);
        _fundCredit(who, amount);
        vm.prank(who);
        stake.delegate(provider.addr, amount);
    }

    function _wealth() private view returns (uint256) {
        (uint96 staked,,,) = stake.stakeOf(provider.addr);
        return uint256(staked) + vault.creditOf(provider.addr) + vault.creditOf(consumer.addr);
    }

    function _slash(uint96 amount, uint96 compensationMax) private returns (uint96 contributed) {
        vm.startPrank(address(settlement));
        (,,, contributed) = stake.slash(provider.addr, 0, amount, consumer.addr, compensationMax);
        _pool.noteFault(JOB, consumer.addr, contributed);
        vm.stopPrank();
    }

    function _buy(uint64 jobId, uint96 premium, uint96 limit) private {
        vm.prank(consumer.addr);
        _pool.buy(jobId, premium, limit);
    }
}
